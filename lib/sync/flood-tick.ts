import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { countFlood, forgetCost } from "./flood-count.ts";
import { carryOut, forgetCovered } from "./flood-passes.ts";

/** A flood is over when it brings no more than this share of its threshold a minute, and nothing new, for so long. */
const fallenShare = 0.5;
const quietSeconds = 10;
/** How long rates are kept. */
const keptRates = "1 hour";

/** Ends what takes no more: floods whose rate has fallen, batches that are due. */
async function endFallen(db: Db): Promise<void> {
  await db.$client`
    with rates as (
      select f.id, f.threshold * ${fallenShare}::float8 as low, coalesce((select sum(r.deliveries) from flood_rates r
        where r.connection_id = f.connection_id and r.at > now() - interval '60 seconds'), 0)::int as rate
      from floods f
      where f.ended_at is null and f.kind = 'flood' and f.last_at < now() - ${quietSeconds} * interval '1 second'
    ), fallen as (
      update floods f set rate = r.rate, ended_at = case when r.rate <= r.low then clock_timestamp() end,
        state = case when f.state = 'pacing' and r.rate <= r.low then 'draining' else f.state end
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
