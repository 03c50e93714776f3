import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeMember } from "#db/factories.ts";
import { silences } from "#db/schema/alerts.ts";
import { GET as getLimits, PATCH as patchLimits } from "../../app/api/v1/alerts/limits/route.ts";
import { readers } from "../care/alerts/readers.ts";
import { watchSilence } from "../care/silence.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
let connectionId: string;
beforeAll(async () => {
  api = await testApi();
  connectionId = await aConnection(api.db);
});
afterAll(() => api.close());
beforeEach(() => api.db.$client`truncate alert_limits, audit_log, outcomes, deliveries, members cascade`);

const set = (limits: object, as: "owner" | "operator" = "owner") =>
  api.call("PATCH", patchLimits, { as, body: { limits } });
const valuesOf = ({ items }: { items: { name: string; value: number }[] }) =>
  Object.fromEntries(items.map(({ name, value }) => [name, value]));
const found = async (kind: "work_late" | "gave_up" | "password_late") =>
  ((await readers[kind]?.(api.db)) ?? []).map(({ text }) => text.title);
const standard = { workLateMinutes: 5, gaveUpCount: 1, silenceMinutes: 60, passwordLateMinutes: 5 };

test("limits are read by everybody and changed by owners, one at a time, with who did it", async () => {
  expect(valuesOf((await api.call("GET", getLimits, { as: "viewer" })).body)).toEqual(standard);
  expect((await set({ workLateMinutes: 9 }, "operator")).status).toBe(403);
  const { status, body } = await set({ workLateMinutes: 9, gaveUpCount: 1 });
  expect([status, valuesOf(body)]).toEqual([200, { ...standard, workLateMinutes: 9 }]);
  expect(valuesOf((await set({ silenceMinutes: 120 })).body)).toMatchObject({
    workLateMinutes: 9,
    silenceMinutes: 120,
  });
  const rows = await api.db.execute(sql`select action, target, details from audit_log order by id`);
  expect(rows).toMatchObject([
    { action: "changed", target: "alert_limits", details: { workLateMinutes: [5, 9] } },
    { action: "changed", target: "alert_limits", details: { silenceMinutes: [60, 120] } },
  ]);
});

test("a limit that would never or always tell is refused by name", async () => {
  for (const limits of [{ workLateMinutes: 0 }, { gaveUpCount: 1.5 }, { silenceMinutes: 9 }, { other: 1 }]) {
    const { status, body } = await set(limits);
    const [name] = Object.keys(limits);
    if (name === "other") expect(valuesOf((await api.call("GET", getLimits)).body)).toEqual(standard);
    else expect([status, body.error.message]).toEqual([400, expect.stringContaining(`limits.${name}`)]);
  }
});

test("work, passwords and what gave up are told from their limits on", async () => {
  const delivery = { connectionId, contactId: "1" };
  await api.db.execute(sql`select enqueue_sync(${connectionId}, '1', now() - interval '7 minutes', 0)`);
  const dead = { status: "dead", reason: "crm_bad_request", detail: "no", finishedAt: new Date() };
  await aDelivery(api.db, { ...delivery, outcome: dead });
  const { id } = await makeMember(api.db);
  await api.db
    .$client`insert into pending_passwords (member_id, connection_id, contact_id, sealed, created_at)
    values (${id}, ${connectionId}, '1', '', now() - interval '7 minutes')`;
  expect(await found("work_late")).toEqual([expect.stringContaining("the limit is 5 min")]);
  expect(await found("gave_up")).toHaveLength(1);
  expect(await found("password_late")).toHaveLength(1);

  await set({ workLateMinutes: 10, gaveUpCount: 2, passwordLateMinutes: 10 });
  expect([await found("work_late"), await found("gave_up"), await found("password_late")]).toEqual([
    [],
    [],
    [],
  ]);
  await aDelivery(api.db, { ...delivery, outcome: dead });
  expect(await found("gave_up")).toHaveLength(1);
});

test("no silence shorter than its limit is told", async () => {
  const [end, every] = [Date.now() - 3 * 3_600_000, 600_000];
  const rows = Array.from({ length: 2_900 }, (_, at) => end - (2_899 - at) * every);
  await api.db.$client`
    insert into outcomes (delivery_id, received_at, connection_id, dialect, action, trigger, params, status, hop, collected_at)
    select r.id, r.at, ${connectionId}, 'rollcall', 'update', 'event', '{}', 'synced', 'sites', r.at
    from json_to_recordset(${JSON.stringify(rows.map((at) => ({ id: uuidv7(at), at: new Date(at) })))}::text::json)
      as r(id uuid, at timestamptz)`;
  await set({ silenceMinutes: 240 });
  await watchSilence(api.db);
  expect(await api.db.select().from(silences)).toEqual([]);
  await set({ silenceMinutes: 60 });
  await watchSilence(api.db);
  expect(await api.db.select().from(silences)).toHaveLength(1);
});
