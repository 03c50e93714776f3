import type { Db } from "#db/client.ts";
import { uuidv7Floor } from "../ids.ts";
import { log } from "../log.ts";
import { priorities } from "../queue/enqueue.ts";

/** A rate is counted over this long, in slices of ten seconds. */
const rateSeconds = 60;
/** Most deliveries that one statement makes part of a flood. */
const chunk = 2_000;

type Rising = {
  connectionId: string;
  rate: number;
  adds: number;
  threshold: number;
  holds: boolean;
  until: string;
};

/**
 * Notes how fast these connections are called now, and opens a flood for each that is called faster than it allows.
 * A rate is that of the minute before the connection's last delivery, by when the door received it, so that a worker
 * that was away sees no flood in what came slowly. Safe in every process at once: a connection has one flood that takes.
 */
export async function watchRates(db: Db, connectionIds: readonly string[]): Promise<void> {
  const rising = await db.$client<Rising[]>`
    with latest as (
      select connection_id, max(at) as at from flood_rates
      where connection_id = any(${db.$client.array([...connectionIds])}::uuid[]) group by 1
    ), rates as (
      select r.connection_id, sum(r.deliveries)::int as rate, sum(r.adds)::int as adds, l.at as until
      from latest l join flood_rates r
        on r.connection_id = l.connection_id and r.at > l.at - ${rateSeconds} * interval '1 second'
      group by r.connection_id, l.at
    ), known as (
      update floods f set last_at = clock_timestamp(), rate = r.rate, peak = greatest(f.peak, r.rate),
        takes_adds = f.takes_adds or r.adds > f.threshold
      from rates r where f.connection_id = r.connection_id and f.kind = 'flood' and f.ended_at is null
      returning f.connection_id
    )
    select r.connection_id as "connectionId", r.rate, r.adds, c.flood_per_minute as threshold, c.flood_hold as holds,
      r.until
    from rates r join connections c on c.id = r.connection_id
    where r.rate > c.flood_per_minute and r.connection_id not in (select connection_id from known)`;
  for (const one of rising) await openFlood(db, one);
  // Whoever works floods off may have found nothing left, and would look again only a moment later.
  await db.$client`
    select pg_notify('rollcall_floods', '') from floods
    where connection_id = any(${db.$client.array([...connectionIds])}::uuid[]) and kind = 'flood' and ended_at is null
      and state = 'pacing' limit 1`;
}

/** Opens a flood, or the one that still drains takes again; what came within its minute becomes part of it. */
async function openFlood(db: Db, given: Rising): Promise<void> {
  const { connectionId, rate, adds, threshold, holds } = given;
  const takesAdds = adds > threshold;
  const [flood] = await db.$client<{ id: string }[]>`
    with again as (
      update floods set ended_at = null, state = 'pacing', rate = ${rate}, peak = greatest(peak, ${rate}),
        last_at = clock_timestamp(), takes_adds = takes_adds or ${takesAdds}
      where id = (select id from floods where connection_id = ${connectionId} and kind = 'flood' and state = 'draining'
        and closed_at is null order by id desc limit 1)
        and not exists (select from floods where connection_id = ${connectionId} and kind = 'flood' and ended_at is null)
      returning id
    ), opened as (
      insert into floods (id, connection_id, kind, state, takes_adds, opened_at, last_at, threshold, rate, peak,
        decision, decided_at)
      select uuid_v7(), ${connectionId}, 'flood', case when ${holds}::boolean then 'held' else 'pacing' end, ${takesAdds},
        clock_timestamp(), clock_timestamp(), ${threshold}, ${rate}, ${rate},
        case when ${holds}::boolean then 'hold' end, case when ${holds}::boolean then clock_timestamp() end
      where not exists (select from again)
      on conflict (connection_id, kind) where ended_at is null do nothing
      returning id
    )
    select id from again union all select id from opened`;
  if (!flood) return;
  log.warn(
    { flood: flood.id, connection: connectionId, perMinute: rate, threshold, held: holds },
    "flood.open",
  );
  while ((await adopt(db, flood.id, given, takesAdds)) === chunk);
}

/**
 * Makes up to a chunk of the minute's deliveries part of a flood; their jobs move to the bulk lane. Duplicates come
 * along with the request that covers them. What a run is being opened for at this moment is left to that run: waiting
 * for it, while it may wait for what is taken here, would end only when PostgreSQL undoes one of the two.
 */
async function adopt(
  db: Db,
  floodId: string,
  { connectionId, until }: Rising,
  takesAdds: boolean,
): Promise<number> {
  const since = uuidv7Floor(new Date(new Date(until).getTime() - (rateSeconds - 10) * 1000));
  return db.$client.begin(async (tx) => {
    const found = await tx<{ id: string }[]>`
      select delivery_id as id from outcomes where connection_id = ${connectionId} and delivery_id >= ${since}
        and flood_id is null and not released and trigger <> 'person' and action <> 'batch_sync'
        and (action <> 'add' or ${takesAdds}) and status in ('queued', 'duplicate')
      limit ${chunk} for update skip locked`;
    const refs = await tx<{ ref: string }[]>`
      update outcomes set flood_id = ${floodId}
      where delivery_id = any(${tx.array(found.map(({ id }) => id))}::uuid[])
      returning case when status = 'queued' then contact_ref end as ref`;
    const keys = refs.flatMap(({ ref }) => (ref === null ? [] : [`sync:${connectionId}:${ref}`]));
    await tx`
      select from graphile_worker.reschedule_jobs(
        array(select id from graphile_worker.jobs where key = any(${tx.array(keys)}) and locked_at is null),
        priority := ${priorities.retry}::int)`;
    return found.length;
  });
}
