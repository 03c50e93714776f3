import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { untilWritten } from "#db/until-written.ts";
import type { WrittenDelivery } from "../door/new-delivery.ts";
import { storeDeliveries } from "../door/store-deliveries.ts";
import { uuidv7 } from "../ids.ts";
import { collect } from "./collect.ts";
import { closeRun } from "./finish.ts";
import { openRun } from "./lease.ts";
import { arrive } from "./testing.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("collectors and runs that meet at the same rows take every delivery once, and PostgreSQL lives", async () => {
  const { db } = database;
  const connection = await makeConnection(db);
  const key = await makeAccessKey(db, { connectionId: connection.id, hash: "collect" });
  const total = 6_000;
  const contacts = 20;
  const delivery = (number: number): WrittenDelivery => ({
    id: uuidv7(),
    receivedAt: Date.now(),
    readMs: 0,
    keyMs: 0,
    connectionId: connection.id,
    keyId: key.id,
    dialect: "rollcall",
    action: ["update", "update_tags", "add"][number % 3] ?? "update",
    trigger: "automation",
    contactId: String(number % contacts),
    email: null,
    name: null,
    event: null,
    listId: null,
    source: null,
    verdict: "accepted",
    reason: null,
    detail: null,
    params: {},
    remoteAddress: "203.0.113.24",
    method: "POST",
    path: "/",
    query: "",
    headers: [],
    body: "",
    inBase64: false,
  });
  let sent = 0;
  const allSettled = async () => {
    const [row] = await db.$client`
      select count(*)::int as count from outcomes where status in ('skipped', 'duplicate')`;
    return row?.count === total;
  };
  const sending = async () => {
    while (sent < total) {
      const group = Array.from({ length: 6 }, () => delivery(sent++));
      await storeDeliveries(db, uuidv7(), group, []);
    }
  };
  let done = false;
  const collecting = async () => {
    while (!done) await untilWritten(() => collect(db));
  };
  const running = async (workerId: string) => {
    for (let number = 0; !done; number++) {
      const ref = { connectionId: connection.id, contactRef: String(number % contacts) };
      const run = await openRun(db, ref, workerId);
      const result = { kind: "skipped" as const, reason: "no_change", detail: null, memberId: null };
      if (run) await closeRun(db, ref, run, { result, steps: [], ms: 1 });
      if (workerId === "w1" && number % contacts === 0) done = sent >= total && (await allSettled());
    }
  };
  await Promise.all([sending(), collecting(), collecting(), running("w1"), running("w2"), running("w3")]);
  const [row] = await db.$client`
    select count(*)::int as stored, (select count(*)::int from outcomes) as settled from deliveries`;
  expect(row).toEqual({ stored: total, settled: total });
});

/** A group commit of the door of which only the size counts: of its deliveries there is nothing to judge. */
const commitOf = (size: number) => database.db.$client`
  insert into inbox (delivery_ids) select array_agg(uuid_v7()) from generate_series(1, ${size}::int)`;

test("a round takes as many group commits, the oldest first, as make a full round", async () => {
  const { db } = database;
  await db.$client`truncate deliveries, inbox, outcomes, syncs cascade`;
  for (let commit = 0; commit < 3; commit += 1) await commitOf(2_000);
  await commitOf(1);
  expect(await collect(db)).toBe(4_000);
  expect(await collect(db)).toBe(2_001);
  expect(await collect(db)).toBe(0);
});

test("a round leaves to other collectors what it does not take itself", async () => {
  const { db } = database;
  await db.$client`truncate deliveries, inbox, outcomes, syncs cascade`;
  const held = await makeConnection(db, { number: 3 });
  const other = await makeConnection(db, { number: 4 });
  await db.$client`
    insert into floods (id, connection_id, kind, state, threshold, opened_at, last_at)
    values (${uuidv7()}, ${held.id}, 'flood', 'held', 600, now(), now())`;
  await arrive(db, held.id, [1]);
  await commitOf(6_000);
  await arrive(db, other.id, [1]);
  const { first } = await db.$client.begin(async (tx) => {
    await tx`select from floods where connection_id = ${held.id} for update`;
    const first = collect(db);
    const waits = () => tx`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(waits).not.toHaveLength(0);
    expect(await collect(db)).toBe(1);
    return { first };
  });
  expect(await first).toBe(6_001);
});
