import { afterAll, beforeAll, expect, test } from "vitest";
import { makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { uuidv7 } from "../ids.ts";
import { holdLiveness } from "../queue/liveness.ts";
import { beginWork } from "./at-work.ts";
import { openRun } from "./lease.ts";
import { recover } from "./recover.ts";
import { arrive, collectAll } from "./testing.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let connectionId: string;
beforeAll(async () => {
  database = await testDatabase();
  connectionId = (await makeConnection(database.db)).id;
});
afterAll(() => database.close());

/** A run that a worker has opened, with its delivery and the job it holds. */
async function openRunOf(worker: string, contactRef: string): Promise<void> {
  const sql = database.db.$client;
  const sync = uuidv7();
  await sql`insert into syncs (id, connection_id, contact_ref, worker_id, started_at, status)
    values (${sync}, ${connectionId}, ${contactRef}, ${worker}, now(), 'running')`;
  await sql`insert into outcomes (delivery_id, received_at, connection_id, dialect, action, trigger, contact_ref, contact_id,
      params, status, hop, attempts, sync_ids, collected_at)
    values (${uuidv7()}, now(), ${connectionId}, 'rollcall', 'add', 'automation', ${contactRef}, ${contactRef}, '{}',
      'running', 'crm', 1, array[${sync}::uuid], now())`;
  await sql`select graphile_worker.add_job('sync', '{}', job_key := ${`sync:${connectionId}:${contactRef}`})`;
  await sql`update graphile_worker._private_jobs set locked_by = ${worker}, locked_at = now(), attempts = 1
    where key = ${`sync:${connectionId}:${contactRef}`}`;
}

test("what a killed worker held moves on, and what a living one holds stays", async () => {
  const living = await holdLiveness(database.url, "living");
  await openRunOf("living", "1");
  await openRunOf("killed", "2");
  const idsOf = async (contactRef: string) => {
    const rows = await database.db.$client`
      select id from graphile_worker.jobs where key = ${`sync:${connectionId}:${contactRef}`}`;
    return rows.map((row) => row.id);
  };
  const [before] = await idsOf("2");
  expect(await recover(database.db)).toBe(1);
  expect(await recover(database.db)).toBe(0);
  // Should the killed one live after all, it completes a job that is not there any more.
  expect(await idsOf("2")).toEqual([expect.not.stringMatching(`^${before}$`)]);
  const rows = await database.db.$client`select contact_ref, status from outcomes order by contact_ref`;
  expect(rows).toMatchObject([{ status: "running" }, { status: "queued" }]);
  const jobs = await database.db.$client`
    select key, locked_by from graphile_worker.jobs where locked_by is not null`;
  expect(jobs).toMatchObject([{ locked_by: "living" }]);
  const [closed] = await database.db.$client`select status, reason from syncs where finished_at is not null`;
  expect(closed).toMatchObject({ status: "stopped", reason: "worker_stopped" });

  await living.close();
  await expect.poll(() => recover(database.db)).toBe(1);
  const [left] = await database.db.$client`select count(*)::int as open from syncs where finished_at is null`;
  expect(left?.open).toBe(0);
});

test("a run that this process was given without learning of it goes to another run", async () => {
  const { db } = database;
  const [id] = await arrive(db, connectionId, [7]);
  await collectAll(db);
  const ref = { connectionId, contactRef: "7" };
  const living = await holdLiveness(database.url, "cut off");
  // The answer to this never came: nobody here knows the run.
  await openRun(db, ref, "cut off");
  await recover(db);
  const statuses = () => db.$client`select status from outcomes where delivery_id = ${id ?? ""}`;
  expect(await statuses()).toMatchObject([{ status: "running" }]);

  await db.$client`update syncs set started_at = started_at - interval '11 seconds' where finished_at is null`;
  const known = await db.$client<{ id: string }[]>`select id from syncs where contact_ref = '7'`;
  const over = beginWork(known[0]?.id ?? "");
  await recover(db);
  expect(await statuses()).toMatchObject([{ status: "running" }]);
  over();
  await recover(db);
  expect(await statuses()).toMatchObject([{ status: "queued" }]);
  await living.close();
});
