import { afterAll, beforeAll, expect, test } from "vitest";
import { makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { requeueJobless } from "./jobless.ts";
import { openRun } from "./lease.ts";
import { arrive, collectAll } from "./testing.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let connectionId: string;
beforeAll(async () => {
  database = await testDatabase();
  connectionId = (await makeConnection(database.db)).id;
});
afterAll(() => database.close());

test("a delivery whose job got lost is given another, and what a job, a run or time takes care of is left alone", async () => {
  const { db } = database;
  const ref = (contactRef: string) => ({ connectionId, contactRef });
  await arrive(db, connectionId, [1, 2, 3, 4]);
  await collectAll(db);
  const jobs = async () => {
    const rows = await db.$client<{ key: string }[]>`select key from graphile_worker.jobs order by key`;
    return rows.map(({ key }) => key.split(":").at(-1));
  };
  await db.$client`update outcomes set collected_at = now() - interval '1 minute' where contact_ref <> '4'`;
  await openRun(db, ref("3"), "a worker");
  await db.$client`delete from graphile_worker._private_jobs where key not like '%:2'`;

  expect(await requeueJobless(db)).toBe(1);
  expect(await jobs()).toEqual(["1", "2"]);
  expect(await requeueJobless(db)).toBe(0);

  // One that failed and whose next try is long due; and one whose job has used up its attempts.
  await db.$client`update outcomes set status = 'failed', next_retry_at = now() - interval '1 minute' where contact_ref = '1'`;
  await db.$client`delete from graphile_worker._private_jobs where key like '%:1'`;
  await db.$client`update graphile_worker._private_jobs set attempts = max_attempts where key like '%:2'`;
  expect(await requeueJobless(db)).toBe(2);
});

test("a backlog larger than a slice is gone through slice by slice, and then from its beginning", async () => {
  const opened = await testDatabase();
  const { db } = opened;
  const connection = await makeConnection(db);
  await arrive(db, connection.id, [1, 2, 3, 4, 5]);
  await collectAll(db);
  const loseJobs = async () => {
    await db.$client`update outcomes set collected_at = now() - interval '1 minute'`;
    await db.$client`delete from graphile_worker._private_jobs`;
  };
  const givenOf = async (sweeps: number) => {
    const given: number[] = [];
    while (given.length < sweeps) given.push(await requeueJobless(db, 2));
    return given;
  };
  await loseJobs();
  // A contact at the edge of a slice is looked at by the next one too; it has its job by then.
  expect(await givenOf(4)).toEqual([2, 1, 1, 1]);
  await loseJobs();
  const again = await givenOf(5);
  expect(again.reduce((sum, count) => sum + count, 0)).toBe(5);
  await opened.close();
});
