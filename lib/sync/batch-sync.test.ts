import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { releaseFlood } from "../console/flood-decisions.ts";
import { listFloods } from "../console/floods.ts";
import { closeDoor, type Door, openDoor } from "../door/open-door.ts";
import { receive } from "../door/receive.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { seal, sha256 } from "../secrets.ts";
import { drainFlood } from "./flood-drain.ts";
import { tickFloods } from "./flood-tick.ts";
import { arrive, collectAll } from "./testing.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let door: Door;
let connectionId: string;
const key = "rck_0123456789abcdefghijklmnop";
const db = () => database.db;

beforeAll(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 300 });
  database = await testDatabase();
  door = openDoor(db());
  const connection = await makeConnection(db(), {
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
    floodPerMinute: 20,
  });
  connectionId = connection.id;
  await makeAccessKey(db(), { connectionId, hash: sha256(key) });
});
afterAll(async () => {
  await closeDoor(door);
  await database.close();
  await sandbox.close();
});
beforeEach(async () => {
  await db().$client`truncate deliveries, inbox, outcomes, syncs, floods, flood_rates cascade`;
  await db().$client`delete from graphile_worker._private_jobs`;
});

const batches = async () => (await listFloods(db(), { limit: 50 })).items;
const statuses = () =>
  db().$client`select status, count(*)::int as count from outcomes group by 1 order by 1`;
const drainAll = async () => {
  for (const { id } of await batches()) await drainFlood(db(), { id, connectionId }, "worker-a", () => false);
};
const secondsUntil = (at: string | null) => (new Date(at ?? 0).getTime() - Date.now()) / 1000;

test("the webhook is answered at once and waits for the connection's delay, with all that come meanwhile", async () => {
  const answer = await receive(door, {
    method: "POST",
    target: `/hooks/${key}/batch_sync`,
    headers: [],
    contentType: "application/x-www-form-urlencoded",
    remoteAddress: "203.0.113.24",
    body: async () => ({ bytes: Buffer.from("contact[id]=1"), problem: null }),
  });
  expect(answer).toMatchObject({ status: 200, body: { status: "accepted" } });
  await collectAll(db());
  await arrive(db(), connectionId, [2, 3, 1], { action: "batch_sync" });
  await collectAll(db());
  await tickFloods(db());
  await drainAll();
  const [batch, ...others] = await batches();
  expect(others).toEqual([]);
  expect(batch).toMatchObject({ kind: "batch", state: "pacing", taking: true, deliveries: 4, contacts: 3 });
  expect(secondsUntil(batch?.startsAt ?? null)).toBeGreaterThan(290);
  expect(batch?.etaSeconds).toBeGreaterThan(290);
  expect(await statuses()).toEqual([
    { status: "duplicate", count: 1 },
    { status: "queued", count: 3 },
  ]);
  expect(await db().$client`select key from graphile_worker.jobs where task_identifier = 'sync'`).toEqual([]);
});

test("when it is due all contacts are read in full calls of a hundred, and the next webhook begins a new batch", async () => {
  const ids = Array.from({ length: 250 }, (_, at) => at + 1);
  await arrive(db(), connectionId, ids.slice(0, 130), { action: "batch_sync" });
  await collectAll(db());
  await arrive(db(), connectionId, ids.slice(130), { action: "batch_sync" });
  await collectAll(db());
  expect((await batches()).map((one) => one.kind)).toEqual(["batch"]);
  await db().$client`update floods set due_at = now()`;
  await tickFloods(db());
  await arrive(db(), connectionId, [299], { action: "batch_sync" });
  await collectAll(db());
  const before = sandbox.control.calls().total;
  await drainAll();
  expect(sandbox.control.calls().total - before).toBe(3);
  await tickFloods(db());
  expect(await batches()).toMatchObject([
    { kind: "batch", state: "pacing", counts: { waiting: 1 } },
    { kind: "batch", state: "done", counts: { done: 250 }, contactsLeft: 0, callsNeeded: 3 },
  ]);
});

test("a person may start a batch before its time", async () => {
  await arrive(db(), connectionId, [1, 2], { action: "batch_sync" });
  await collectAll(db());
  const [batch] = await batches();
  await releaseFlood(db(), batch?.id ?? "", undefined, "anna@example.com");
  await tickFloods(db());
  await drainAll();
  await tickFloods(db());
  expect(await statuses()).toEqual([{ status: "skipped", count: 2 }]);
  expect(await batches()).toMatchObject([{ state: "done" }]);
});
