import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { closeDb, openDb } from "#db/client.ts";
import { GET as getHealth } from "../../app/api/health/route.ts";
import { type DoorLoad, watchDoor } from "../door/counters.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { holdLiveness } from "../queue/liveness.ts";
import { readHealth } from "./health.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const spool = { since: null as number | null, deliveries: 0, bytes: 0, maxBytes: 100 };
watchDoor((): DoorLoad => ({ requests: 0, bytes: 0, spool }));
afterEach(() => Object.assign(spool, { since: null, deliveries: 0, bytes: 0 }));

const ask = async (query = "") => {
  const { status, body } = await api.call("GET", getHealth, { as: null, query });
  return { status, body };
};
const well = { status: "ready", database: true, migrations: true, worker: true, spool: "empty" };

test("health is ready only while a worker lives somewhere, and says so without a sign-in", async () => {
  expect(await ask()).toEqual({ status: 503, body: { ...well, status: "not_ready", worker: false } });
  expect((await ask("for=door")).status).toBe(200);
  const worker = await holdLiveness(api.url, "w1");
  expect(await ask()).toEqual({ status: 200, body: well });
  await worker.close();
  await expect.poll(async () => (await ask()).body.worker).toBe(false);
});

test("webhooks on disk make it not ready, but the door can still keep them until the disk is full", async () => {
  const worker = await holdLiveness(api.url, "w2");
  Object.assign(spool, { since: Date.now(), deliveries: 3, bytes: 60 });
  expect(await ask()).toEqual({ status: 503, body: { ...well, status: "not_ready", spool: "in_use" } });
  expect((await ask("for=door")).status).toBe(200);
  Object.assign(spool, { bytes: 100 });
  expect(await ask("for=door")).toMatchObject({ status: 503, body: { spool: "full" } });
  await worker.close();
});

test("a database that is away is named, and nothing about it is told", async () => {
  const db = openDb("postgres://nobody:secret@127.0.0.1:1/none");
  const answer = await readHealth(db);
  expect(answer).toEqual({ ...well, status: "not_ready", database: false, migrations: false, worker: false });
  await closeDb(db);
});

test("a door is ready while its disk takes webhooks, whatever the database says", async () => {
  const db = openDb("postgres://nobody:secret@127.0.0.1:1/none");
  expect(await readHealth(db, "door")).toMatchObject({ status: "ready", database: false, spool: "empty" });
  Object.assign(spool, { since: Date.now(), deliveries: 1, bytes: 99 });
  expect(await readHealth(db, "door")).toMatchObject({ status: "ready", database: false, spool: "in_use" });
  Object.assign(spool, { bytes: 100 });
  expect(await readHealth(db, "door")).toMatchObject({ status: "not_ready", spool: "full" });
  await closeDb(db);
});
