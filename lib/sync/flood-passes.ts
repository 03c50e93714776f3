import { setImmediate as yieldNow } from "node:timers/promises";
import type postgres from "postgres";
import type { Db } from "#db/client.ts";

/** Deliveries that one statement moves, so that none locks many rows or takes long. */
const chunk = 1_000;

/** Moves up to a chunk of a flood's deliveries to what was decided about it; says how many it moved. */
type Pass = (db: Db, floodId: string) => Promise<number>;

/**
 * Up to a chunk of a flood's deliveries. What a run is being opened for at this moment is left to that run: waiting for
 * it, while it may wait for what is taken here, would end only when PostgreSQL undoes one of the two.
 */
const picked = ({ $client: sql }: Db, floodId: string, which: postgres.Fragment): postgres.Fragment => sql`
  picked as materialized (
    select delivery_id from outcomes where flood_id = ${floodId} and ${which} limit ${chunk} for update skip locked)`;

const hold: Pass = async (db, floodId) => {
  const sql = db.$client;
  const moved = await sql`
    with ${picked(db, floodId, sql`status in ('queued', 'failed') and not released`)}
    update outcomes o set status = 'held', hop = 'queue', reason = 'flood_held',
      detail = coalesce(f.actor, 'this connection'), next_retry_at = null
    from floods f, picked where f.id = ${floodId} and f.state = 'held' and o.delivery_id = picked.delivery_id
    returning 1`;
  return moved.count;
};

const release: Pass = async (db, floodId) => {
  const sql = db.$client;
  const moved = await sql`
    with ${picked(db, floodId, sql`status = 'held' and reason = 'flood_held'`)}
    update outcomes o set status = 'queued', reason = null, detail = null
    from floods f, picked
    where f.id = ${floodId} and f.state in ('pacing', 'draining') and o.delivery_id = picked.delivery_id
    returning 1`;
  return moved.count;
};

const drop: Pass = async (db, floodId) => {
  const sql = db.$client;
  const open = sql`(status in ('queued', 'failed') or (status = 'held' and reason = 'flood_held')) and not released`;
  const moved = await sql`
    with ${picked(db, floodId, open)}
    update outcomes o set status = 'filtered', hop = 'queue', reason = 'flood_dropped',
      detail = concat_ws(', ', f.reason, f.actor), next_retry_at = null, finished_at = clock_timestamp()
    from floods f, picked where f.id = ${floodId} and f.state = 'dropped' and o.delivery_id = picked.delivery_id
    returning 1`;
  return moved.count;
};

/** Duplicates say that another run covers them; those of dropped requests are dropped too. Resolves when all are seen. */
async function dropCovered(db: Db, floodId: string): Promise<void> {
  let cursor = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const [seen] = await db.$client<{ last: string | null }[]>`
      with some_of_it as (
        select delivery_id, duplicate_of from outcomes
        where flood_id = ${floodId} and status = 'duplicate' and delivery_id > ${cursor}
        order by delivery_id limit ${chunk}
      ), moved as (
        update outcomes d set status = 'filtered', reason = 'flood_dropped', detail = o.detail
        from some_of_it s join outcomes o on o.delivery_id = s.duplicate_of and o.reason = 'flood_dropped'
        where d.delivery_id = s.delivery_id and d.status = 'duplicate'
      )
      select max(delivery_id::text) as last from some_of_it`;
    if (!seen?.last) return;
    cursor = seen.last;
    await yieldNow();
  }
}

const passes: Record<string, Pass> = { held: hold, pacing: release, draining: release, dropped: drop };

/** The dropped floods whose duplicates this process has seen; each is closed soon, and a restart looks again. */
const covered = new Set<string>();

/**
 * Carries out what was decided about a flood, chunk by chunk. Each chunk looks at the flood's state again, so a new
 * decision takes over at once; what a chunk has moved stays moved when the process dies, and the rest follows. Resolves
 * with the number of deliveries moved.
 */
export async function carryOut(
  db: Db,
  flood: { id: string; state: string },
  stopping: () => boolean,
): Promise<number> {
  const pass = passes[flood.state];
  let total = 0;
  for (let moved = -1; pass && moved !== 0 && !stopping(); total += moved) {
    moved = await pass(db, flood.id);
    await yieldNow();
  }
  if (flood.state !== "dropped" || stopping() || (total === 0 && covered.has(flood.id))) return total;
  await dropCovered(db, flood.id);
  covered.add(flood.id);
  return total;
}

/** Forgets a flood that is closed. */
export const forgetCovered = (floodId: string): boolean => covered.delete(floodId);
