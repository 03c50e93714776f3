import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb, openDb } from "#db/client.ts";
import { testDatabase } from "#db/testing.ts";
import { uuidv7 } from "../ids.ts";
import { enqueueSync } from "./enqueue.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("a job that a worker takes in the middle of being asked for again is followed by another", async () => {
  const { db, url } = database;
  const connectionId = uuidv7();
  const ref = (contactRef: string) => ({ connectionId, contactRef });
  await db.transaction((tx) => enqueueSync(tx, [ref("2")], { priority: "update" }));

  const other = openDb(url, { max: 1, name: "other" });
  let asked: Promise<void> | null = null;
  // Whoever adds a job for both stands behind this one at the first, between having looked at the second and adding it.
  await db.transaction(async (tx) => {
    await enqueueSync(tx, [ref("1")], { priority: "update" });
    asked = other.transaction((second) => enqueueSync(second, [ref("1"), ref("2")], { priority: "update" }));
    await expect
      .poll(
        () =>
          db.$client`select from pg_stat_activity where application_name = 'other' and wait_event_type = 'Lock'`,
      )
      .toHaveLength(1);
    await db.$client`
      update graphile_worker._private_jobs set locked_by = 'a worker', locked_at = now(), attempts = 1
      where key = ${`sync:${connectionId}:2`}`;
  });
  await asked;
  await closeDb(other);

  const jobs = await db.$client`
    select key, locked_by from graphile_worker.jobs order by locked_by nulls last, key`;
  expect(jobs).toEqual([
    { key: null, locked_by: "a worker" },
    { key: `sync:${connectionId}:1`, locked_by: null },
    { key: `sync:${connectionId}:2`, locked_by: null },
  ]);
});
