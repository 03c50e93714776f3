import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";
import type { SweepCause } from "#db/schema/reconcile.ts";
import { priorities } from "../queue/enqueue.ts";

/**
 * Adds the next step of a connection's sweep or of an audit, `seconds` from now. A step that waits already is kept, at
 * the earlier of both times; one that runs is followed by this one.
 */
export async function enqueueStep(tx: Tx, task: "sweep" | "audit", id: string, seconds = 0): Promise<void> {
  const key = `${task}:${id}`;
  await tx.execute(sql`
    select graphile_worker.add_job(${task}, json_build_object('id', ${id}::text), job_key := ${key}, max_attempts := 25,
      priority := ${priorities.sweep}::int, run_at := least(now() + ${seconds}::float8 * interval '1 second',
        (select j.run_at from graphile_worker.jobs j where j.key = ${key} and j.locked_at is null)))`);
}

/**
 * Notes that a connection is owed a sweep, whatever its schedule says, and starts it. Calls before it has begun are one;
 * a call while a sweep runs makes one more after it. A connection whose missed webhooks are not looked for (`off`) is
 * swept for a person only. Safe in a transaction of the caller.
 */
export async function requestSweep(
  db: Tx,
  connectionId: string,
  cause: Exclude<SweepCause, "schedule">,
  actor: string | null = null,
): Promise<void> {
  const noted = await db.execute(sql`
    insert into sweep_marks as m (connection_id, requested_at, requested_cause, requested_by)
    select id, clock_timestamp(), ${cause}, ${actor}::text from connections
    where id = ${connectionId} and (reconcile <> 'off' or ${cause} = 'person')
    on conflict (connection_id) do update set requested_at = excluded.requested_at,
      requested_cause = case when excluded.requested_cause = 'person' then coalesce(m.requested_cause, 'person') else excluded.requested_cause end,
      requested_by = coalesce(excluded.requested_by, m.requested_by)
    returning 1`);
  if (noted.length > 0) await enqueueStep(db, "sweep", connectionId);
}

/** The same for every connection: something stood between all of them and Rollcall. */
export async function requestSweeps(
  db: Tx,
  cause: Exclude<SweepCause, "schedule" | "person">,
): Promise<void> {
  const rows = await db.execute<{ id: string }>(sql`select id from connections where reconcile <> 'off'`);
  for (const { id } of rows) await requestSweep(db, id, cause);
}
