import postgres from "postgres";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";

/** First key of the advisory locks that say "this worker lives"; the second is the hash of the worker's id. */
const livenessClass = 7_261;

/** PostgreSQL ends a session that is silent for so long: a process that is frozen or cut off counts as gone. */
const usualPace = { silentMs: 15_000, beatMs: 4_000 };

export type Liveness = { close(): Promise<void> };

/** How soon a connection that was lost is opened again. */
const reopenMs = 500;

/**
 * Holds a session lock named after a worker for as long as this process lives. The lock falls with the connection, so
 * a killed worker is known as soon as PostgreSQL sees its socket close. Every beat looks whether its session has the
 * lock, and takes it where it has not: the statement that comes first after a freeze may fail with the end of the
 * session before. Throws when the lock cannot be had at first.
 */
export async function holdLiveness(
  url: string,
  workerId: string,
  { silentMs, beatMs } = usualPace,
): Promise<Liveness> {
  let lives = false;
  const client = postgres(url, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connection: { application_name: "rollcall liveness", idle_session_timeout: silentMs },
    onnotice: () => {},
    onclose: () => {
      if (!lives) return;
      log.warn({ worker: workerId }, "worker.liveness_lost");
      setTimeout(() => void beat(), reopenMs).unref();
    },
  });
  const beat = async () => {
    if (!lives) return;
    await client`
      select pg_try_advisory_lock(${livenessClass}, hashtext(${workerId})) where not exists (
        select from pg_locks where ${isLivenessOf(client, client`${workerId}::text`)} and pid = pg_backend_pid())`.catch(
      (error) => log.debug({ err: error, worker: workerId }, "worker.beat_failed"),
    );
  };
  const beating = setInterval(() => void beat(), beatMs);
  beating.unref();
  const close = async () => {
    lives = false;
    clearInterval(beating);
    await client.end({ timeout: 2 });
  };
  try {
    await client`select pg_advisory_lock(${livenessClass}, hashtext(${workerId}))`;
    lives = true;
  } catch (error) {
    // Opened again it would say that a worker lives which nobody started.
    await close();
    throw error;
  }
  return { close };
}

/** Whether a row of pg_locks is the liveness lock of a worker. */
const isLivenessOf = (sql: postgres.Sql, workerId: postgres.PendingQuery<postgres.Row[]>) => sql`
  locktype = 'advisory' and classid = ${livenessClass} and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())
    and objid::bigint = (hashtext(${workerId})::bigint & 4294967295)`;

/** Which of these workers hold no liveness lock any more. */
export async function deadWorkers(db: Db, workerIds: readonly string[]): Promise<string[]> {
  if (workerIds.length === 0) return [];
  const rows = await db.$client<{ id: string }[]>`
    select id from unnest(${db.$client.array([...workerIds])}::text[]) as id
    where not exists (select from pg_locks where ${isLivenessOf(db.$client, db.$client`id`)})`;
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
