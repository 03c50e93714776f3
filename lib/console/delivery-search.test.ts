import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import { uuidv7, uuidv7Floor } from "../ids.ts";
import { selectDeliveryIds } from "./deliveries.ts";
import type { Selection } from "./delivery-filter.ts";
import { idsByWays, idsNearby } from "./delivery-search.ts";
import { aDelivery } from "./testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("the newest that begin with a text are found near the end, by index, and by reading on where too many begin so", async () => {
  const { db } = database;
  const made: string[] = [];
  for (const name of ["Anna Lind", "Bo Annas", "Carla Berg", "Anna Weis"])
    made.unshift(await aDelivery(db, { name, outcome: { status: "synced" } }));
  const [newest, , annas, oldest] = made;
  const all = [newest, annas, oldest];
  const q = { q: "anna" };
  expect(await selectDeliveryIds(db, q, 10)).toEqual(all);
  expect(await selectDeliveryIds(db, q, 1)).toEqual([newest]);
  const found = async (most: number) =>
    db
      .execute<{ id: string; met: boolean; dated: boolean }>(idsByWays(q, 10, most))
      .then((rows) => [...rows]);
  expect(await found(2)).toEqual(all.map((id) => ({ id, met: false, dated: true })));
  expect((await found(1))[0]).toMatchObject({ met: true, dated: false });
  const near = async (most: number | null) =>
    (await db.execute<{ id: string }>(idsNearby(q, 10, most))).map(({ id }) => id);
  expect(await near(2)).toEqual([newest]);
  expect(await near(null)).toEqual(all);
});

test("a last name that many have is looked for in the last days first, and then in all of them", async () => {
  const { db } = database;
  const dayMs = 24 * 3600 * 1000;
  const made: string[] = [];
  const aged = async (days: number, count: number) => {
    const at = new Date(Date.now() - days * dayMs);
    await db.$client`
      insert into outcomes (delivery_id, received_at, dialect, action, trigger, name, params, status, hop, collected_at)
      select * from (select (left(${uuidv7Floor(at)}, 24) || lpad(to_hex(n), 12, '0'))::uuid, ${at.toISOString()}::timestamptz,
        'rollcall', 'update', 'automation', 'Ida Many' || n % 2, '{}'::jsonb, 'synced', 'sites', now()
        from generate_series(1, ${count}) as n) as made`;
  };
  await aged(20, 1_100);
  await aged(3, 40);
  await aged(0.1, 10);
  for (const row of await db.$client<{ id: string }[]>`
    select delivery_id as id from outcomes where name like 'Ida Many%' order by 1 desc`)
    made.push(row.id);
  const page = (selection: Selection, limit: number) => selectDeliveryIds(db, selection, limit);
  expect(made).toHaveLength(1_150);
  for (const limit of [5, 10, 30, 50, 60, 449])
    expect(await page({ q: "many" }, limit)).toEqual(made.slice(0, limit));
  expect(await page({ q: "many", before: made[9] }, 40)).toEqual(made.slice(10, 50));
  expect(await page({ q: "many", before: made[59] }, 500)).toEqual(made.slice(60, 560));
  const to = new Date(Date.now() - 2 * dayMs).toISOString();
  expect(await page({ q: "many", to }, 20)).toEqual(made.slice(10, 30));
  const from = new Date(Date.now() - 4 * dayMs).toISOString();
  expect(await page({ q: "many", from }, 100)).toEqual(made.slice(0, 50));
});

test("several statuses are read as one log", async () => {
  const { db } = database;
  const contactId = "many-statuses";
  const made: string[] = [];
  for (const status of ["dead", "synced", "failed", "dead", "skipped", "failed"])
    made.unshift(await aDelivery(db, { contactId, name: "Una Sorted", outcome: { status } }));
  const [sixth, , fourth, third, , first] = made;
  const failing: Selection = { contact: contactId, status: ["dead", "failed"] };
  for (const selection of [failing, { ...failing, q: "sorted" }, { ...failing, q: contactId }]) {
    expect(await selectDeliveryIds(db, selection, 10)).toEqual([sixth, fourth, third, first]);
    expect(await selectDeliveryIds(db, selection, 3)).toEqual([sixth, fourth, third]);
  }
  expect(await selectDeliveryIds(db, { contact: contactId, status: [] }, 10)).toEqual(made);
});

test("what went wrong is found with other filters in its index alone", async () => {
  const { db } = database;
  const planOf = async (selection: Selection) => {
    const rows = await db.transaction(async (tx) => {
      // A few rows are read through faster than any index.
      await tx.execute(sql`set local enable_seqscan = off`);
      await tx.execute(sql`set local enable_bitmapscan = off`);
      return tx.execute<{ "QUERY PLAN": string }>(sql`explain ${idsByWays(selection, 50, 1)}`);
    });
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  };
  const wrong: Selection["status"] = ["dead", "failed", "partly_synced", "rejected", "unreadable"];
  const plan = await planOf({ status: wrong, action: "batch_sync", floods: "folded" });
  expect(plan.match(/Index Only Scan Backward using outcomes_failing/g)).toHaveLength(wrong.length);
  expect(plan).toContain("Merge Append");
  const more = await planOf({ status: ["dead"], connection: uuidv7(), action: "add", floods: "folded" });
  expect(more).toContain("Index Only Scan Backward using outcomes_failing");
});
