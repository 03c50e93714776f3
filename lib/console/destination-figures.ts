import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";

/** What a scrape tells of one destination: calls since it was made, and what it is owed now. */
export type DestinationFigures = {
  id: string;
  name: string;
  stopped: boolean;
  calls: number;
  refused: number;
  pausedSeconds: number;
  oldestDueSeconds: number;
  states: Record<"due" | "running" | "failed" | "dead" | "refused", number>;
};

/** The figures of every destination, oldest first. */
export async function readDestinationFigures(db: Db): Promise<DestinationFigures[]> {
  return db.execute<DestinationFigures>(sql`
    select d.id, d.name, d.state = 'stopped' as stopped, coalesce(b.calls, 0)::int as calls,
      coalesce(b.refused, 0)::int as refused,
      greatest(0, coalesce(extract(epoch from b.paused_until - clock_timestamp()), 0))::float8 as "pausedSeconds",
      coalesce(extract(epoch from clock_timestamp() - owed.oldest), 0)::float8 as "oldestDueSeconds",
      json_build_object('due', owed.due, 'running', owed.running, 'failed', owed.failed, 'dead', owed.dead,
        'refused', owed.refused) as states
    from destinations d left join budgets b on b.account = 'site ' || d.id
    cross join lateral (
      select (count(*) filter (where state = 'due'))::int as due,
        (count(*) filter (where state = 'running'))::int as running,
        (count(*) filter (where state = 'failed'))::int as failed,
        (count(*) filter (where state = 'dead'))::int as dead,
        (count(*) filter (where state = 'refused'))::int as refused,
        min(wanted_at) filter (where state in ('due', 'running', 'failed')) as oldest
      from push_targets t where t.destination_id = d.id and t.state <> 'idle') as owed
    order by d.id`);
}
