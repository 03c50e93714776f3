import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { enqueueSync } from "../queue/enqueue.ts";
import { arrive, collectAll } from "./testing.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let connectionId: string;
const db = () => database.db;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

let number = 0;
async function fresh(given: Parameters<typeof makeConnection>[1] = {}): Promise<void> {
  number += 1;
  await db().$client`truncate deliveries, inbox, outcomes, floods, flood_rates, connections cascade`;
  await db().$client`delete from graphile_worker._private_jobs`;
  connectionId = (await makeConnection(db(), { number, floodPerMinute: 100_000, ...given })).id;
}
beforeEach(() => fresh());

const come = async (ids: (number | string)[], given?: Parameters<typeof arrive>[3]) => {
  await arrive(db(), connectionId, ids, given);
  await collectAll(db());
};
/** When the run of a contact starts, in seconds from the moment its job was made. */
const startsIn = async (contact: number) => {
  const [job] = await db().$client<{ seconds: number; priority: number }[]>`
    select extract(epoch from run_at - created_at)::float8 as seconds, priority from graphile_worker.jobs
    where key = ${`sync:${connectionId}:${contact}`}`;
  return job?.seconds;
};
const age = (contact: number, seconds: number) => db().$client`
  update graphile_worker._private_jobs set created_at = created_at - ${seconds} * interval '1 second',
    run_at = run_at - ${seconds} * interval '1 second' where key = ${`sync:${connectionId}:${contact}`}`;

test("a lone webhook is never delayed, whatever the account allows", async () => {
  for (const sideload of ["yes", "no", "unknown"] as const) {
    await fresh({ sideload, callsPerSecond: 1, callsPerMinute: 1 });
    await come([1]);
    expect(await startsIn(1)).toBeCloseTo(0, -1);
  }
});

test("a quiet window moves on with each webhook of the contact, and ends at the longest wait", async () => {
  await fresh({ quietMs: 50_000, maxWaitMs: 120_000 });
  await come([1]);
  expect(await startsIn(1)).toBeCloseTo(50, -1);
  await age(1, 30);
  await come([1], { params: { role: "gold" } });
  expect(await startsIn(1)).toBeCloseTo(80, -1);
  await age(1, 70);
  await come([1], { params: { role: "silver" } });
  expect(await startsIn(1)).toBeCloseTo(120, -1);
  expect(await db().$client`select key from graphile_worker.jobs`).toHaveLength(1);
});

test("the same webhook again moves the quiet window too, and without one it starts nothing anew", async () => {
  await fresh({ quietMs: 50_000, maxWaitMs: 120_000 });
  await come([1]);
  await age(1, 30);
  await come([1]);
  expect(await startsIn(1)).toBeCloseTo(80, -1);
  await age(1, 70);
  await come([1]);
  expect(await startsIn(1)).toBeCloseTo(120, -1);
  expect(await db().$client`select key from graphile_worker.jobs`).toHaveLength(1);

  await fresh();
  await come([1]);
  await age(1, 30);
  await come([1]);
  expect(await startsIn(1)).toBeCloseTo(0, -1);
});

test("a person, and a caller that waits for the answer, start at once; nothing makes them wait again", async () => {
  await fresh({ quietMs: 50_000 });
  await come([1], { trigger: "person" });
  await come([2], { params: { waitSeconds: 4 } });
  await come([1]);
  expect(await startsIn(1)).toBeCloseTo(0, -1);
  expect(await startsIn(2)).toBeCloseTo(0, -1);
  await come([3]);
  await db().transaction((tx) =>
    enqueueSync(tx, [{ connectionId, contactRef: "3" }], { priority: "person" }),
  );
  await come([3], { params: { role: "gold" } });
  expect(await startsIn(3)).toBeCloseTo(0, -1);
  const [lane] = await db().$client`select priority from graphile_worker.jobs where key like '%:3'`;
  expect(lane?.priority).toBe(-20);
});

test("the window opens by itself as long as the backlog takes, up to the longest wait, and never for new members", async () => {
  await fresh({ sideload: "no", callsPerSecond: 5, maxWaitMs: 200_000 });
  await come(Array.from({ length: 250 }, (_, at) => at + 1));
  await come([1001]);
  // 250 contacts of two calls each at 5 calls a second take 100 seconds, less one.
  expect(await startsIn(1001)).toBeCloseTo(99, -1);
  await come([1002], { action: "add" });
  expect(await startsIn(1002)).toBeCloseTo(0, -1);
  await come(Array.from({ length: 2000 }, (_, at) => at + 2001));
  await come([1003]);
  expect(await startsIn(1003)).toBeCloseTo(200, -1);
});

test("lanes are ordered: a person, new members, updates, then what failed before", async () => {
  await come([1], { trigger: "person" });
  await come([2], { action: "add" });
  await come([3]);
  await db().transaction((tx) => enqueueSync(tx, [{ connectionId, contactRef: "4" }], { priority: "retry" }));
  const rows = await db().$client<{ key: string; flags: Record<string, boolean> | null }[]>`
    select key, flags from graphile_worker.jobs order by priority, run_at`;
  expect(rows.map((row) => row.key.at(-1))).toEqual(["1", "2", "3", "4"]);
  expect(rows.map((row) => Object.keys(row.flags ?? {}).length)).toEqual([0, 1, 2, 2]);
});

test("a thousand webhooks of one contact become one run", async () => {
  for (let round = 0; round < 4; round += 1)
    await come(
      Array.from({ length: 250 }, () => 1),
      { params: { role: `role-${round}` } },
    );
  expect(await db().$client`select key from graphile_worker.jobs`).toHaveLength(1);
});
