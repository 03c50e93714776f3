import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb, type Db, openDb } from "#db/client.ts";
import { testDatabase } from "#db/testing.ts";
import { pauseCalls, reserveCall } from "./budget.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let other: Db;
beforeAll(async () => {
  database = await testDatabase();
  other = openDb(database.url);
});
afterAll(async () => {
  await closeDb(other);
  await database.close();
});

const connection = (number: number) => `01990001-0000-7000-8000-00000000000${number}`;

test.each([5, 2, 1, 50])(
  "callers of two processes never reserve more than %i calls in any second",
  async (perSecond) => {
    const id = connection(perSecond % 10);
    await database.db.$client`delete from budgets`;
    const reserved = await Promise.all(
      Array.from({ length: 60 }, (_, at) => reserveCall(at % 2 ? other : database.db, id, perSecond)),
    );
    const slots = reserved.map((one) => one.slotMs).sort((a, b) => a - b);
    const gaps = slots.slice(perSecond).map((slot, at) => slot - (slots[at] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1_000);
  },
);

test("nobody reserves a call before the silence that the CRM asked for is over", async () => {
  await pauseCalls(database.db, connection(7), 30);
  await pauseCalls(other, connection(7), 5);
  const { waitMs } = await reserveCall(database.db, connection(7), 5);
  expect(waitMs).toBeGreaterThan(25_000);
});
