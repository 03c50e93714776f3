import postgres from "postgres";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";

/** First key of the advisory locks that say "this worker lives"; the second is the hash of the worker's id. */
const livenessClass = 7_261;

/** PostgreSQL ends a session that is silent for so long: a process that is frozen or cut off counts as gone. */
const silentMs = 15_000;
const beatMs = 4_000;

export type Liveness = { close(): Promise<void> };

/**
 * Holds a session lock named after a worker for as long as this process lives. The lock falls with the connection, so
 * a killed worker is known as soon as PostgreSQL sees its socket close; a lost connection is opened again.
 */
export async function holdLiveness(url: string, workerId: string): Promise<Liveness> {
  let closed = false;
  let hold: () => Promise<void> = async () => undefined;
  const client = postgres(url, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connection: { application_name: "rollcall liveness", idle_session_timeout: silentMs },
    onnotice: () => {},
    onclose: () => {
      if (closed) return;
      log.warn({ worker: workerId }, "worker.liveness_lost");
      setTimeout(() => void hold(), 500).unref();
    },
  });
  const lock = async () => {
    await client`select pg_advisory_lock(${livenessClass}, hashtext(${workerId}))`;
  };
  const beating = setInterval(() => void client`select 1`.catch(() => undefined), beatMs);
  beating.unref();
  const close = async () => {
    closed = true;
    clearInterval(beating);
    await client.end({ timeout: 2 });
  };
  try {
    await lock();
  } catch (error) {
    // Opened again it would say that a worker lives which nobody started.
    await close();
    throw error;
  }
  hold = () => lock().catch(() => undefined);
  return { close };
}

/** Which of these workers hold no liveness lock any more. */
export async function deadWorkers(db: Db, workerIds: readonly string[]): Promise<string[]> {
  if (workerIds.length === 0) return [];
  const rows = await db.$client<{ id: string }[]>`
    select id from unnest(${db.$client.array([...workerIds])}::text[]) as id
    where not exists (
      select from pg_locks where locktype = 'advisory' and classid = ${livenessClass} and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())
        and objid::bigint = (hashtext(id)::bigint & 4294967295))`;
  return rows.map((row) => row.id);
}

/** How many workers live now, over all processes that share the database. */
export async function livingWorkers(db: Db): Promise<number> {
  const [row] = await db.$client<{ workers: number }[]>`
    select count(*)::int as workers from pg_locks
    where locktype = 'advisory' and classid = ${livenessClass} and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())`;
  return row?.workers ?? 0;
}

/** The ids under which jobs are locked now. */
export async function lockingWorkers(db: Db): Promise<string[]> {
  const rows = await db.$client<{ id: string }[]>`
    select distinct locked_by as id from graphile_worker.jobs where locked_by is not null`;
  return rows.map((row) => row.id);
}

/**
 * Gives the jobs of workers that are gone back to the queue, at once. Each gets another id, since graphile-worker (0.17)
 * completes a job by its id alone: a worker that was only cut off or frozen would delete it from under the next one.
 */
export async function unlockJobs(db: Db, workerIds: readonly string[]): Promise<void> {
  if (workerIds.length === 0) return;
  await db.$client`
    update graphile_worker._private_jobs set id = default where locked_by = any(${db.$client.array([...workerIds])}::text[])`;
  await db.$client`select graphile_worker.force_unlock_workers(${db.$client.array([...workerIds])}::text[])`;
}
