import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Db } from "#db/client.ts";
import { deliveries, inbox, outcomes } from "#db/schema/deliveries.ts";
import { retentionRules } from "#db/schema/retention.ts";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import { aConnection, aDelivery } from "../console/testing.ts";
import type { WrittenDelivery } from "../door/new-delivery.ts";
import { storeDeliveries } from "../door/store-deliveries.ts";
import { uuidv7, uuidv7Floor } from "../ids.ts";
import { previewRetention, readRules, runRetention } from "./retention.ts";
import { daysBefore, dropDay } from "./retention-days.ts";
import { openStatuses, removedMark } from "./retention-kinds.ts";

let test_: TestDatabase;
let db: Db;
beforeEach(async () => {
  test_ = await testDatabase();
  db = test_.db;
});
afterEach(() => test_.close());

const dayMs = 24 * 3600 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);
let serial = 0;
/** An id made that many days ago. */
const oldId = (days: number) =>
  uuidv7Floor(daysAgo(days)).slice(0, -12) + (++serial).toString(16).padStart(12, "0");

async function makeDay(days: number): Promise<string> {
  const day = daysAgo(days).toISOString().slice(0, 10);
  const table = `deliveries_${day.replaceAll("-", "")}`;
  const from = new Date(`${day}T00:00:00Z`);
  await db.execute(sql`create table ${sql.identifier(table)} partition of deliveries
    for values from (${sql.raw(`'${uuidv7Floor(from)}'`)}) to (${sql.raw(`'${uuidv7Floor(new Date(from.getTime() + dayMs))}'`)})`);
  return table;
}

const left = async () =>
  (await db.select({ id: outcomes.deliveryId }).from(outcomes)).map(({ id }) => id).sort();
const tables = async () => (await daysBefore(db, new Date())).map(({ table }) => table);

test("an old day goes at once, and what the preview says is what goes", async () => {
  const connectionId = await aConnection(db);
  const table = await makeDay(100);
  for (const status of ["synced", "dead", "skipped", "rejected"])
    await aDelivery(db, { id: oldId(100), connectionId, body: "x".repeat(300), outcome: { status } });
  await aDelivery(db, { id: oldId(20), connectionId, outcome: { status: "unreadable" } });
  const kept = await aDelivery(db, { id: oldId(20), connectionId, outcome: { status: "synced" } });
  await db.execute(sql`insert into commits values (${oldId(95)}, 1, now(), now())`);
  await db.execute(
    sql`insert into audit_log (id, actor, action, target) values (${oldId(401)}, 'a', 'b', 'c'), (${oldId(399)}, 'a', 'b', 'c')`,
  );
  await db.execute(
    sql`insert into key_uses values (${uuidv7()}, ${daysAgo(500).toISOString().slice(0, 10)}, 3)`,
  );
  await db.execute(sql`insert into syncs (id, connection_id, contact_ref, worker_id, started_at, finished_at, status)
    values (${oldId(91)}, ${connectionId}, '1', 'w', now(), now(), 'synced'), (${oldId(91)}, ${connectionId}, '2', 'w', now(), null, 'running')`);
  const at = new Date();
  const expected = await previewRetention(db, await readRules(db), at);
  expect(expected.deliveries.rows).toBe(3);
  expect(expected.refused.rows).toBe(2);
  const removed = await runRetention(db, null, at);
  for (const [kind, amount] of Object.entries(expected))
    expect([kind, removed[kind] ?? { rows: 0, bytes: 0 }]).toEqual([kind, amount]);
  expect(removed).toMatchObject({
    runs: { rows: 1 },
    timings: { rows: 1 },
    audit: { rows: 1 },
    key_uses: { rows: 1 },
  });
  expect(await left()).toEqual([kept]);
  expect(await tables()).not.toContain(table);
  const again = await previewRetention(db, await readRules(db), at);
  expect(Object.values(again).every(({ rows }) => rows === 0)).toBe(true);
  const [run] = await db.execute<{ state: string; days: string[] }>(
    sql`select state, days from retention_runs`,
  );
  expect(run).toMatchObject({ state: "done", days: [daysAgo(100).toISOString().slice(0, 10)] });
});

test("what is open, waits at the door or is in a running bulk retry survives, whatever its age", async () => {
  const connectionId = await aConnection(db);
  const table = await makeDay(100);
  const open: string[] = [];
  for (const status of openStatuses)
    open.push(await aDelivery(db, { id: oldId(100), connectionId, outcome: { status } }));
  const waiting = await aDelivery(db, { id: oldId(100), connectionId });
  const retried = await aDelivery(db, { id: oldId(100), connectionId, outcome: { status: "dead" } });
  const over = await aDelivery(db, { id: oldId(100), connectionId, outcome: { status: "dead" } });
  const retryId = uuidv7();
  await db.execute(
    sql`insert into retries (id, filter, total, state, actor) values (${retryId}, '{}', 1, 'running', 'a')`,
  );
  await db.execute(sql`insert into retry_items values (${retryId}, ${retried})`);
  const preview = await previewRetention(db, await readRules(db), new Date());
  const removed = await runRetention(db, null);
  expect(removed.deliveries?.rows).toBe(1);
  expect(preview.deliveries.rows).toBe(1);
  expect(await left()).toEqual([...open, retried].sort());
  const rows = await db.select({ id: deliveries.id }).from(deliveries);
  expect(rows.map(({ id }) => id).sort()).toEqual([...open, waiting, retried].sort());
  expect(rows.map(({ id }) => id)).not.toContain(over);
  expect(await tables()).toContain(table);
  await db.execute(sql`update outcomes set status = 'synced'`);
  await db.execute(sql`update retries set state = 'done'`);
  await db.delete(inbox);
  await runRetention(db, null);
  expect(await left()).toEqual([]);
  expect(await tables()).not.toContain(table);
});

test("contents go before their webhook when an owner wants so, and a retry still can", async () => {
  const connectionId = await aConnection(db);
  await db.insert(retentionRules).values({ kind: "contents", days: 30 });
  const id = await aDelivery(db, {
    id: oldId(40),
    connectionId,
    body: "email=a%40b.example",
    outcome: { status: "dead" },
  });
  const open = await aDelivery(db, {
    id: oldId(40),
    connectionId,
    body: "email=c",
    outcome: { status: "failed" },
  });
  const at = new Date();
  const preview = await previewRetention(db, await readRules(db), at);
  const removed = await runRetention(db, null, at);
  expect(preview.contents.rows).toBe(1);
  expect(removed.contents).toEqual(preview.contents);
  const rows = await db.select().from(deliveries);
  expect(rows.find((row) => row.id === id)).toMatchObject({ query: "", headers: [], body: removedMark });
  expect(rows.find((row) => row.id === open)?.body.toString()).toBe("email=c");
  expect((await runRetention(db, null, at)).contents).toEqual({ rows: 0, bytes: 0 });
});

const written = (): WrittenDelivery => ({
  id: uuidv7(),
  receivedAt: Date.now(),
  readMs: 1,
  keyMs: 1,
  connectionId: null,
  keyId: null,
  dialect: "rollcall",
  action: "update",
  trigger: "automation",
  contactId: "1",
  email: null,
  name: null,
  event: null,
  listId: null,
  source: null,
  verdict: "accepted",
  reason: null,
  detail: null,
  params: {},
  remoteAddress: "127.0.0.1",
  method: "POST",
  path: "/",
  query: "",
  headers: [],
  body: "a=1",
  inBase64: false,
});

test("days are dropped while the door stores on: every group commits, and all of them are there", async () => {
  for (const days of [100, 101, 102, 103]) {
    await makeDay(days);
    await aDelivery(db, { id: oldId(days), outcome: { status: "synced" } });
  }
  let dropping = true;
  let stored = 0;
  const door = (async () => {
    while (dropping || stored < 50) {
      await storeDeliveries(db, uuidv7(), [written(), written()], []);
      stored += 2;
    }
  })();
  await runRetention(db, null).finally(() => {
    dropping = false;
  });
  await door;
  const [row] = await db.execute<{ rows: number }>(sql`select count(*)::int as rows from deliveries`);
  expect(row?.rows).toBe(stored);
  expect(await daysBefore(db, daysAgo(90))).toEqual([]);
});

test("a long reader keeps its day, and the door does not wait behind the lock", async () => {
  const table = await makeDay(100);
  await aDelivery(db, { id: oldId(100), outcome: { status: "synced" } });
  await db.execute(sql`delete from outcomes`);
  await db.execute(sql`delete from deliveries`);
  const [day] = await daysBefore(db, daysAgo(90));
  if (!day) throw new Error("no day");
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let reading: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    reading = resolve;
  });
  const reader = db.transaction(async (tx) => {
    await tx.execute(sql`select count(*) from deliveries`);
    reading();
    await held;
  });
  await begun;
  const dropping = dropDay(db, day);
  for (let group = 0; group < 20; group += 1) await storeDeliveries(db, uuidv7(), [written()], []);
  expect(await tables()).toContain(table);
  release();
  await reader;
  expect(await dropping).toBe(true);
  expect(await tables()).not.toContain(table);
});
