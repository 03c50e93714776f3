import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#db/testing.ts";
import { selectDeliveryIds } from "./deliveries.ts";
import { idsByWays, idsNearby } from "./delivery-filter.ts";
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
    db.execute<{ id: string; met: boolean }>(idsByWays(q, 10, most)).then((rows) => [...rows]);
  expect(await found(2)).toEqual(all.map((id) => ({ id, met: false })));
  expect((await found(1))[0]?.met).toBe(true);
  const near = async (most: number | null) =>
    (await db.execute<{ id: string }>(idsNearby(q, 10, most))).map(({ id }) => id);
  expect(await near(2)).toEqual([newest]);
  expect(await near(null)).toEqual(all);
});
