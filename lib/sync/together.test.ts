import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { together } from "./together.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("what is asked while a group is under way shares the next one, and each gets its own answer", async () => {
  const groups: number[][] = [];
  const double = together<number, number>(async (db, items) => {
    groups.push([...items]);
    await db.$client`select 1`;
    return items.map((item) => item * 2);
  });
  const first = double(database.db, 1);
  await new Promise((resolve) => setImmediate(resolve));
  const rest = Promise.all([2, 3, 4].map((item) => double(database.db, item)));
  expect([await first, ...(await rest)]).toEqual([2, 4, 6, 8]);
  expect(groups).toEqual([[1], [2, 3, 4]]);
});

test("an error of one is its own, and a group that fails as a whole is tried one by one", async () => {
  const asked: number[][] = [];
  const check = together<number, string>(async (_, items) => {
    asked.push([...items]);
    if (items.length > 1 && items.includes(13)) throw new Error("not this group");
    return items.map((item) => (item === 13 ? new Error("not this one") : `${item} is fine`));
  });
  const answers = await Promise.allSettled([1, 13, 2].map((item) => check(database.db, item)));
  expect(answers).toMatchObject([
    { value: "1 is fine" },
    { reason: { message: "not this one" } },
    { value: "2 is fine" },
  ]);
  expect(asked).toEqual([[1, 13, 2], [1], [13], [2]]);
});

test("a group that waits for long does not hold up those behind it", async () => {
  let leave: () => void = () => undefined;
  const stuck = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const work = together<string, string>(async (_, items) => {
    if (items.includes("stuck")) await stuck;
    return items;
  });
  const first = work(database.db, "stuck");
  await new Promise((resolve) => setImmediate(resolve));
  expect(await work(database.db, "quick")).toBe("quick");
  leave();
  expect(await first).toBe("stuck");
});
