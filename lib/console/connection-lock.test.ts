import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb, type Db, openDb } from "#db/client.ts";
import { testDatabase } from "#db/testing.ts";
import { withConnectionLock } from "./connection-lock.ts";

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

const id = (number: number) => `01990001-0000-7000-8000-0000000000${String(number).padStart(2, "0")}`;

test("changes of one connection follow each other, over processes, also after one that failed", async () => {
  let inside = 0;
  let most = 0;
  const ended = await Promise.allSettled(
    Array.from({ length: 12 }, (_, at) =>
      withConnectionLock(at % 2 ? other : database.db, id(1), async () => {
        inside += 1;
        most = Math.max(most, inside);
        await database.db.$client`select pg_sleep(0.005)`;
        inside -= 1;
        if (at % 3 === 0) throw new Error("the CRM refused");
      }),
    ),
  );
  expect(most).toBe(1);
  expect(ended.filter(({ status }) => status === "rejected")).toHaveLength(4);
});

test("whoever waits too long is told that the connection is being changed", async () => {
  await withConnectionLock(database.db, id(2), async () => {
    const waiting = withConnectionLock(other, id(2), async () => "mine", 0);
    await expect(waiting).rejects.toMatchObject({ code: "conflict" });
  });
  expect(await withConnectionLock(other, id(2), async () => "mine", 0)).toBe("mine");
});

test("changes of many connections at once leave the pool enough sessions for their own work", async () => {
  const work = () => database.db.$client`select 1 as one`;
  const done = await Promise.all(
    Array.from({ length: 30 }, (_, at) => withConnectionLock(database.db, id(at), work)),
  );
  expect(done).toHaveLength(30);
});
