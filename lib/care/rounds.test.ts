import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb, type Db, openDb } from "#db/client.ts";
import { testDatabase } from "#db/testing.ts";
import { takeRound } from "./rounds.ts";

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

/** How many of twenty get the round, who ask from two processes at the same time. */
async function taken(name: string): Promise<number> {
  const askers = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? database.db : other));
  const answers = await Promise.all(askers.map((db) => takeRound(db, name, 3_600)));
  return answers.filter(Boolean).length;
}

test("of any number of processes one takes each round, and the next one only when it is due", async () => {
  expect([await taken("a"), await taken("a"), await taken("b")]).toEqual([1, 0, 1]);
  await database.db.$client`update care_rounds set at = at - interval '2 hours' where name = 'a'`;
  expect([await taken("a"), await taken("b")]).toEqual([1, 0]);
});
