import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { uuidv7Floor } from "../ids.ts";

const pushResults = ["done", "unchanged", "skipped", "failed", "dead", "refused", "stopped"] as const;
const dayMs = 24 * 3600 * 1000;

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
  /** Pushes of the last 24 hours. */
  results: Record<(typeof pushResults)[number], number>;
  /** 1 while pushes rest, 0.5 while one is let through, else 0. */
  breaker: number;
};

/** The figures of every destination, oldest first. */
export async function readDestinationFigures(db: Db): Promise<DestinationFigures[]> {
  const from = uuidv7Floor(new Date(Date.now() - dayMs));
  const counted = pushResults.map(
    (name) => sql`${name}::text, (count(*) filter (where status = ${name}))::int`,
  );
  return db.execute<DestinationFigures>(sql`
    select d.id, d.name, d.state = 'stopped' as stopped, coalesce(b.calls, 0)::int as calls,
      coalesce(b.refused, 0)::int as refused,
      greatest(0, coalesce(extract(epoch from b.paused_until - clock_timestamp()), 0))::float8 as "pausedSeconds",
      coalesce(extract(epoch from clock_timestamp() - owed.oldest), 0)::float8 as "oldestDueSeconds",
      json_build_object('due', owed.due, 'running', owed.running, 'failed', owed.failed, 'dead', owed.dead,
        'refused', owed.refused) as states, ended.results,
      (case when r.opened_at is null then 0 when r.probe_ends_at > clock_timestamp() then 0.5 else 1 end)::float8 as breaker
    from destinations d left join budgets b on b.account = 'site ' || d.id
    left join breakers r on r.key = 'site:' || d.id
    cross join lateral (
      select json_build_object(${sql.join(counted, sql`, `)}) as results
      from pushes p where p.destination_id = d.id and p.id >= ${from}::uuid) as ended
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
