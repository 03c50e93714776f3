import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { countFlood, forgetCost } from "./flood-count.ts";
import { carryOut, forgetCovered } from "./flood-passes.ts";

/**
 * A flood is over when the minute before its connection's last delivery brought no more than this share of its threshold,
 * or the last minute did and nothing new came for so long. By the clock alone one would end whose deliveries only wait
 * to be collected; by the last delivery alone, none that ends at once.
 */
const fallenShare = 0.5;
const quietSeconds = 10;
/** How long rates are kept. */
const keptRates = "1 hour";

/** Ends what takes no more: floods whose rate has fallen, batches that are due. */
async function endFallen(db: Db): Promise<void> {
  await db.$client`
    with rates as (
      select f.id, case when q.quiet then m.rate else f.rate end as rate,
        least(m.before_last, case when q.quiet then m.rate end) <= f.threshold * ${fallenShare}::float8 as falls
      from floods f, lateral (
        select f.last_at < now() - ${quietSeconds} * interval '1 second' as quiet) as q, lateral (
        select coalesce(sum(r.deliveries) filter (where r.at > now() - interval '60 seconds'), 0)::int as rate,
          coalesce(sum(r.deliveries) filter (where r.at > l.at - interval '60 seconds'), 0)::int as before_last
        from flood_rates r, (select max(at) as at from flood_rates where connection_id = f.connection_id) as l
        where r.connection_id = f.connection_id) as m
      where f.ended_at is null and f.kind = 'flood'
    ), fallen as (
      update floods f set rate = r.rate, ended_at = case when r.falls then clock_timestamp() end,
        state = case when f.state = 'pacing' and r.falls then 'draining' else f.state end
      from rates r where f.id = r.id and f.ended_at is null
    ), old as (
      delete from flood_rates where at < now() - ${keptRates}::interval
    )
    update floods set ended_at = clock_timestamp(), state = case when state = 'pacing' then 'draining' else state end
    where kind = 'batch' and ended_at is null and due_at <= now()`;
}

/** Closes a flood that takes no more and of which nothing waits, runs or is held. */
async function closeIfDone(db: Db, id: string): Promise<boolean> {
  const closed = await db.$client`
    update floods f set closed_at = clock_timestamp(), rate = 0, paused_until = null,
      state = case when state = 'dropped' then state else 'done' end
    where id = ${id} and closed_at is null and ended_at is not null
      and not exists (select from outcomes o where o.flood_id = f.id
        and (o.status in ('queued', 'running') or (o.status = 'held' and o.reason = 'flood_held')))
    returning id`;
  return closed.count > 0;
}

async function lookAfter(
  db: Db,
  flood: { id: string; state: string },
  stopping: () => boolean,
): Promise<void> {
  const moved = await carryOut(db, flood, stopping);
  if (stopping()) return;
  const closed = await closeIfDone(db, flood.id);
  await countFlood(db, flood.id, closed || moved > 0);
  if (!closed) return;
  forgetCovered(flood.id);
  forgetCost(flood.id);
  log.info({ flood: flood.id }, "flood.closed");
}

/**
 * Looks after every flood once: ends those whose rate has fallen, carries out decisions, counts, closes what is done.
 * Safe in every process at once.
 */
export async function tickFloods(db: Db, stopping = () => false): Promise<void> {
  await endFallen(db);
  const open = await db.$client<{ id: string; state: string }[]>`
    select id, state from floods where closed_at is null order by id`;
  await Promise.all(open.map((flood) => lookAfter(db, flood, stopping)));
  // What failed may still come right; the counts of a flood that is closed follow for a day.
  const recent = await db.$client<{ id: string }[]>`
    select id from floods where closed_at > now() - interval '26 hours' and failed > 0
      and counted_at < now() - interval '1 minute'`;
  for (const { id } of recent) await countFlood(db, id);
}
