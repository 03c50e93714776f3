import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { POST as erase } from "../../app/api/v1/erasures/route.ts";
import { POST as preview } from "../../app/api/v1/retention/preview/route.ts";
import { GET as getRetention, PATCH as patchRetention } from "../../app/api/v1/retention/route.ts";
import { POST as startRun } from "../../app/api/v1/retention/runs/route.ts";
import { defaultRules } from "../care/retention-kinds.ts";
import { nextNight } from "../care/retention-night.ts";
import { type TestApi, testApi } from "../http/testing.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const daysOf = (body: { items: { kind: string; days: number | null }[] }) =>
  Object.fromEntries(body.items.map(({ kind, days }) => [kind, days]));
const auditRows = () =>
  api.db.execute<{ action: string; details: unknown }>(sql`
    select action, details from audit_log where target = 'retention' order by id`);

test("until an owner changes them, the times are the defaults, and anyone who signs in may read them", async () => {
  const { status, body } = await api.call("GET", getRetention, { as: "viewer" });
  expect(status).toBe(200);
  expect(daysOf(body)).toEqual(defaultRules);
  expect(body.runs).toEqual([]);
  expect(new Date(body.nextRunAt).getTime()).toBeGreaterThan(Date.now());
});

test("an owner changes one time with an audit row; the same again, or nothing, writes none", async () => {
  const body = { rules: { deliveries: 30, contents: 7, audit: null } };
  for (let time = 0; time < 2; time += 1) {
    const answer = await api.call("PATCH", patchRetention, { body });
    expect(daysOf(answer.body)).toEqual({ ...defaultRules, ...body.rules });
  }
  expect((await api.call("PATCH", patchRetention, { body: { rules: {} } })).status).toBe(200);
  expect(await auditRows()).toEqual([
    { action: "changed", details: { deliveries: [90, 30], contents: [null, 7], audit: [400, null] } },
  ]);
});

test("a time that cannot be is refused, and an operator changes, cleans up and erases nothing", async () => {
  for (const deliveries of [0, -1, 1.5, 5000, "x"])
    expect((await api.call("PATCH", patchRetention, { body: { rules: { deliveries } } })).status).toBe(400);
  expect((await api.call("PATCH", patchRetention, { body: { rules: { nonsense: 3 } } })).status).toBe(400);
  const as = "operator" as const;
  expect((await api.call("PATCH", patchRetention, { as, body: { rules: { runs: 3 } } })).status).toBe(403);
  expect((await api.call("POST", startRun, { as })).status).toBe(403);
  expect(
    (await api.call("POST", erase, { as, body: { email: "a@b.example", confirm: "a@b.example" } })).status,
  ).toBe(403);
});

test("a preview with other times leaves the saved ones alone", async () => {
  const before = (await api.call("GET", getRetention)).body;
  const { status, body } = await api.call("POST", preview, { as: "viewer", body: { rules: { runs: 1 } } });
  expect(status).toBe(200);
  expect(body.amounts.runs).toEqual({ rows: 0, bytes: 0 });
  expect((await api.call("GET", getRetention)).body.items).toEqual(before.items);
});

test("asking twice for a clean-up gives the one that waits, as one job", async () => {
  const first = await api.call("POST", startRun);
  const second = await api.call("POST", startRun);
  expect([first.status, first.body.state, second.body.id]).toEqual([202, "queued", first.body.id]);
  const jobs = await api.db.execute(
    sql`select key from graphile_worker.jobs where task_identifier = 'retention'`,
  );
  expect(jobs).toHaveLength(1);
});

test("a person is named by exactly one of address, member and contact", async () => {
  const confirm = "a@b.example";
  for (const body of [{ confirm }, { email: confirm, memberId: crypto.randomUUID(), confirm }])
    expect((await api.call("POST", erase, { body })).status).toBe(400);
});

test("the night comes once a day at 02:41 UTC", () => {
  expect(nextNight(new Date("2026-11-21T02:40:59Z")).toISOString()).toBe("2026-11-21T02:41:00.000Z");
  expect(nextNight(new Date("2026-11-21T02:41:00Z")).toISOString()).toBe("2026-11-22T02:41:00.000Z");
});
