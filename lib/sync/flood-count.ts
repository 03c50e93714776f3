import type { Db } from "#db/client.ts";

/**
 * Counting takes about this share of the time at most: a flood of a hundred thousand is counted less often. One count
 * that a busy machine made slow does not leave the figures old for long.
 */
const countShare = 0.05;
const leastApartMs = 900;
const mostApartMs = 10_000;
/** How much the newest measurement weighs in the speed. */
const weight = 0.3;

const clamp = (ms: number): number => Math.min(mostApartMs, Math.max(leastApartMs, ms));
const costs = new Map<string, number>();

/**
 * Counts a flood's deliveries and contacts, and how fast its contacts were read since it was last counted. One process
 * counts, the others see that it was; `now` counts in any case.
 */
export async function countFlood(db: Db, id: string, now = false): Promise<void> {
  const apartMs = now ? 0 : clamp((costs.get(id) ?? 0) / countShare);
  const [mine] = await db.$client<{ seconds: number | null }[]>`
    update floods f set counted_at = clock_timestamp() from (select id, counted_at as last from floods where id = ${id}) o
    where f.id = o.id and f.counted_at is not distinct from o.last
      and (o.last is null or o.last <= clock_timestamp() - ${apartMs} * interval '1 millisecond')
    returning extract(epoch from clock_timestamp() - o.last)::float8 as seconds`;
  if (!mine) return;
  const began = performance.now();
  await db.$client`
    with counted as (
      select count(*)::int as deliveries,
        count(*) filter (where status = 'queued')::int as waiting,
        count(*) filter (where status = 'running')::int as running,
        count(*) filter (where status = 'held')::int as held,
        count(*) filter (where status in ('failed', 'dead'))::int as failed,
        count(*) filter (where reason = 'flood_dropped')::int as dropped,
        count(distinct contact_ref)::int as contacts,
        count(distinct contact_ref) filter (where status in ('queued', 'running', 'held'))::int as contacts_left
      from outcomes where flood_id = ${id}
    )
    update floods f set deliveries = c.deliveries, contacts = c.contacts, contacts_left = c.contacts_left,
      waiting = c.waiting, running = c.running, held = c.held, failed = c.failed, dropped = c.dropped,
      done = c.deliveries - c.waiting - c.running - c.held - c.failed - c.dropped,
      speed = case when f.state in ('pacing', 'draining') then coalesce(
        f.speed * ${1 - weight}::float8 + m.measured * ${weight}::float8, nullif(m.measured, 0)) end
    from counted c, lateral (select greatest(0, (c.contacts - c.contacts_left) - (g.contacts - g.contacts_left))
      / greatest(${mine.seconds}::float8, 0.1) as measured from floods g where g.id = ${id}) as m
    where f.id = ${id}`;
  costs.set(id, performance.now() - began);
}

/** Forgets what counting a flood that is closed took. */
export const forgetCost = (id: string): boolean => costs.delete(id);
