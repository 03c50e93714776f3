import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { enqueueSync } from "../queue/enqueue.ts";
import { deadWorkers, lockingWorkers, unlockJobs } from "../queue/liveness.ts";
import { lostRuns } from "./at-work.ts";
import { releaseStranded, tendBreakers } from "./breaker-release.ts";
import { endFrozenSessions } from "./frozen-sessions.ts";
import { requeueJobless } from "./jobless.ts";
import { closeQuietGuards } from "./loop-guard.ts";
import { forgetTraces } from "./write-traces.ts";

/** How often the sweeper looks, in milliseconds; what a killed worker held moves on within two looks. */
const sweepMs = 10_000;

/**
 * Gives back what workers that are gone had taken, and what this process was given without knowing it: jobs are
 * unlocked, open runs closed as stopped, and the deliveries of those runs queued again. Safe to run in every process at
 * once: each row changes hands once.
 */
export async function recover(db: Db): Promise<number> {
  const open = await db.$client<{ worker_id: string }[]>`
    select distinct worker_id from syncs where finished_at is null`;
  const holders = new Set([...open.map((row) => row.worker_id), ...(await lockingWorkers(db))]);
  const dead = await deadWorkers(db, [...holders]);
  const lost = await lostRuns(db);
  if (dead.length + lost.length === 0) return 0;
  if (dead.length > 0) await unlockJobs(db, dead);
  return db.transaction(async (tx) => {
    const given = await tx.execute<{ connectionId: string; contactRef: string }>(sql`
      with stopped as (
        update syncs set finished_at = clock_timestamp(), status = 'stopped', reason = 'worker_stopped'
        where finished_at is null and (worker_id = any(${`{${dead.join(",")}}`}::text[])
          or id = any(${`{${lost.join(",")}}`}::uuid[]))
        returning id, connection_id, contact_ref
      ), back as (
        update outcomes o set status = 'queued', hop = 'queue' from stopped s
        where o.connection_id = s.connection_id and o.contact_ref = s.contact_ref and o.status = 'running'
          and o.sync_ids[cardinality(o.sync_ids)] = s.id
      ), drift_back as (
        update drifts d set state = 'queued' from stopped s where d.sync_id = s.id and d.state = 'running'
      )
      select connection_id as "connectionId", contact_ref as "contactRef" from stopped`);
    await enqueueSync(tx, given, { priority: "add" });
    // A job that lost its key to a newer one while it ran is spent, and nobody would ever take it away.
    await tx.execute(sql`
      delete from graphile_worker._private_jobs where key is null and locked_at is null and attempts >= max_attempts
        and task_id = (select id from graphile_worker._private_tasks where identifier = 'sync')`);
    log.warn({ workers: dead, lost: lost.length, runs: given.length }, "worker.recovered");
    return given.length;
  });
}

/** How often what waits for a breaker is looked after, in milliseconds. */
const tendMs = 2_000;

async function sweep(db: Db): Promise<void> {
  await endFrozenSessions(db);
  await recover(db);
  await requeueJobless(db);
  await closeQuietGuards(db);
  await releaseStranded(db);
  await forgetTraces(db);
}

/** Sweeps now and then until stopped. */
export function startSweeper(db: Db): { stop(): void } {
  const quietly = (work: (db: Db) => Promise<unknown>) => () =>
    void work(db).catch((error) => log.error({ err: error, work: work.name }, "sweep.failed"));
  const timers = [setInterval(quietly(sweep), sweepMs), setInterval(quietly(tendBreakers), tendMs)];
  const first = setTimeout(quietly(sweep), 1_000);
  for (const timer of [...timers, first]) timer.unref();
  return {
    stop() {
      clearTimeout(first);
      for (const timer of timers) clearInterval(timer);
    },
  };
}
