import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { settleOutcomes } from "./settle.ts";

/** At most so many members at a look; the next look takes the others. */
const atOnce = 1_000;

/**
 * Brings deliveries up to what their sites say where no push of their own does: a killed process left them waiting at
 * sites where nothing is owed any more, or a breaker opened, let calls rest longer, or closed within the last minute.
 */
export async function settleLeftOvers(db: Db): Promise<void> {
  const left = await db.execute<{ memberId: string }>(sql`
    with guarded as materialized (
      select d.id, b.opened_at is not null as resting, b.probe_at > clock_timestamp() as is_early,
        b.opened_at is null and b.closed_at > clock_timestamp() - interval '1 minute' as just_closed
      from destinations d join breakers b on b.key = 'site:' || d.id where d.state = 'active'
    )
    select o.member_id as "memberId" from outcomes o
    where o.status = 'running' and o.hop = 'sites' and o.member_id is not null and not exists (
      select from push_targets t join destinations d on d.id = t.destination_id and d.state = 'active'
      where t.member_id = o.member_id and t.state in ('due', 'running')
        and d.id not in (select id from guarded where resting))
    union
    select o.member_id from guarded g
    join push_targets t on t.destination_id = g.id and t.state in ('due', 'running', 'failed')
    join outcomes o on o.member_id = t.member_id and o.status = 'partly_synced'
    where (g.just_closed and t.state <> 'failed')
      or (g.resting and g.is_early and o.next_retry_at < clock_timestamp())
    limit ${atOnce}`);
  await settleOutcomes(
    db,
    left.map(({ memberId }) => memberId),
  );
}
