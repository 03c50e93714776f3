import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { outcomes } from "#db/schema/deliveries.ts";
import { POST as retryOne } from "../../app/api/v1/deliveries/[id]/retry/route.ts";
import { POST as abort } from "../../app/api/v1/retries/[id]/abort/route.ts";
import { GET as progress } from "../../app/api/v1/retries/[id]/route.ts";
import { POST as createRetries } from "../../app/api/v1/retries/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { runBulkRetry } from "../sync/bulk-retry.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
let connectionId: string;
beforeAll(async () => {
  api = await testApi();
  connectionId = await aConnection(api.db);
});
afterAll(() => api.close());

const delivery = (status: string, given: object = {}) =>
  aDelivery(api.db, { connectionId, contactId: "77", outcome: { status, attempts: 3 }, ...given });
const retry = (id: string) => api.call("POST", retryOne, { as: "operator", params: { id } });
const many = (filter: object, more: object = {}) =>
  api.call("POST", createRetries, { as: "operator", body: { filter, ...more } });

test("a delivery that gave up runs again, once however often it is asked for", async () => {
  const id = await delivery("dead");
  const answers = await Promise.all([retry(id), retry(id)]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([202, 409]);
  expect(answers.find((answer) => answer.status === 202)?.body).toEqual({ id, status: "queued" });
  const [row] = await api.db.select().from(outcomes).where(eq(outcomes.deliveryId, id));
  expect(row).toMatchObject({ status: "queued", attempts: 3, nextRetryAt: null, reason: null });
  const jobs = await api.db
    .$client`select key from graphile_worker.jobs where key = ${`sync:${connectionId}:77`}`;
  expect(jobs).toHaveLength(1);
});

test("what runs, waits or names no contact is not retried, and says why", async () => {
  expect((await retry(await delivery("running"))).body.error.message).toContain("running now");
  expect((await retry(await aDelivery(api.db, { connectionId }))).body.error.message).toContain("waiting");
  const rejected = await aDelivery(api.db, { verdict: "rejected", outcome: { status: "rejected" } });
  expect((await retry(rejected)).status).toBe(409);
  expect((await retry(uuidv7())).status).toBe(404);
});

test("a viewer retries nothing", async () => {
  const params = { id: await delivery("dead") };
  expect((await api.call("POST", retryOne, { as: "viewer", params })).status).toBe(403);
  expect(
    (await api.call("POST", createRetries, { as: "viewer", body: { filter: { status: "dead" } } })).status,
  ).toBe(403);
});

test("an empty filter is refused", async () => {
  for (const filter of [{}, { status: "" }, { q: " " }, { ids: [] }]) {
    const answer = await many(filter);
    expect([answer.status, answer.body.error?.code]).toEqual([400, "invalid"]);
  }
});

test("a bulk retry counts first, then runs what matched and tells how far it is", async () => {
  const contactId = "88";
  const wanted = [await delivery("dead", { contactId }), await delivery("failed", { contactId })];
  await delivery("synced", { contactId });
  const planned = await many({ status: "dead,failed", contact: contactId }, { dryRun: true });
  expect(planned.body).toMatchObject({ id: null, total: 2, state: "planned" });
  const started = await many({ status: ["dead", "failed"], contact: contactId });
  expect(started.status).toBe(202);
  expect(started.body).toMatchObject({ total: 2, done: 0, failed: 0, waiting: 2, state: "running" });
  const params = { id: started.body.id };
  await runBulkRetry(api.db, params.id);
  const issued = (await api.call("GET", progress, { params })).body;
  expect(issued).toMatchObject({ waiting: 2, state: "running", finishedAt: null });
  await api.db
    .update(outcomes)
    .set({ status: "synced" })
    .where(eq(outcomes.deliveryId, wanted[0] ?? ""));
  await api.db
    .update(outcomes)
    .set({ status: "dead" })
    .where(eq(outcomes.deliveryId, wanted[1] ?? ""));
  const ended = await api.call("GET", progress, { params });
  expect(ended.body).toMatchObject({ total: 2, done: 1, failed: 1, waiting: 0, state: "done" });
});

test("a picked few are retried by id, and an aborted retry starts no more", async () => {
  const id = await delivery("dead", { contactId: "99" });
  const started = await many({ ids: [id] });
  const params = { id: started.body.id };
  const aborted = await api.call("POST", abort, { params });
  expect(aborted.body).toMatchObject({ total: 1, state: "aborted", waiting: 0 });
  await runBulkRetry(api.db, params.id);
  const [row] = await api.db.select().from(outcomes).where(eq(outcomes.deliveryId, id));
  expect(row?.status).toBe("dead");
  expect((await api.call("POST", abort, { params })).body.finishedAt).toBe(aborted.body.finishedAt);
  expect((await api.call("GET", progress, { params: { id: uuidv7() } })).status).toBe(404);
});
