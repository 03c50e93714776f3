import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { sweepMarks, sweeps } from "#db/schema/reconcile.ts";
import { uuidv7 } from "../ids.ts";

/**
 * How much earlier than its cursor a sweep begins: the clocks of the CRM and of Rollcall may be ten minutes apart either
 * way, and a change may take its time to show in a list.
 */
export const overlapMinutes = 15;
/** How much earlier when the account reads the filter's time in another zone than it was written in. */
export const widerMinutes = 26 * 60;

export type Sweep = typeof sweeps.$inferSelect;
export type Mark = typeof sweepMarks.$inferSelect;

/** The open sweep of a connection. */
export async function openSweep(db: Db, connectionId: string): Promise<Sweep | null> {
  const [row] = await db
    .select()
    .from(sweeps)
    .where(and(eq(sweeps.connectionId, connectionId), isNull(sweeps.finishedAt)));
  return row ?? null;
}

/** Where the sweeps of a connection stand; null before the first. */
export async function readMark(db: Db, connectionId: string): Promise<Mark | null> {
  const [row] = await db.select().from(sweepMarks).where(eq(sweepMarks.connectionId, connectionId));
  return row ?? null;
}

/** When the next sweep of `connections c` is due by its schedule: so long after the last one began, or after it was made. */
export const nextSweepAt = sql`coalesce(
  (select s.started_at from sweeps s where s.connection_id = c.id order by s.id desc limit 1), c.created_at
) + c.reconcile_minutes * interval '1 minute'`;

/**
 * Opens the sweep that a connection is owed, asked for or due; null when it is owed none, or one is open. It begins at
 * the connection's cursor less the overlap, the first one when the connection was made. One statement, so that two
 * workers open one sweep.
 */
export async function beginSweep(db: Db, connectionId: string): Promise<Sweep | null> {
  const began = await db.execute(sql`
    with owed as (
      select c.id, m.requested_at is not null as asked, coalesce(m.requested_cause, 'schedule') as cause,
        m.requested_by as actor, c.reconcile = 'fix' as fixes, coalesce(m.widened, false) as widened,
        coalesce(m.cursor, c.created_at) - (case when m.widened then ${widerMinutes}::int else ${overlapMinutes}::int end)
          * interval '1 minute' as since
      from connections c left join sweep_marks m on m.connection_id = c.id
      where c.id = ${connectionId}
        and (m.requested_at is not null or (c.reconcile <> 'off' and ${nextSweepAt} <= now()))
    ), opened as (
      insert into sweeps (id, connection_id, cause, actor, fixes, state, since, widened, started_at, moved_at)
      select ${uuidv7()}, id, cause, actor, fixes, 'running', since, widened, clock_timestamp(), clock_timestamp()
      from owed
      on conflict (connection_id) where finished_at is null do nothing
      returning connection_id
    )
    insert into sweep_marks as m (connection_id) select connection_id from opened
    on conflict (connection_id) do update set requested_at = null, requested_cause = null, requested_by = null
    returning 1`);
  return began.length > 0 ? openSweep(db, connectionId) : null;
}
