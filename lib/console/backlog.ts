import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";

/** `oldestDueSeconds` is how long the oldest work that could run now has waited; null when none does. */
export type Backlog = { queued: number; running: number; oldestDueSeconds: number | null };

/** What waits for the worker and what it is at. */
export async function readBacklog(db: Db): Promise<Backlog> {
  const [row] = await db.execute<Backlog>(sql`
    select
      ((select coalesce(sum(cardinality(delivery_ids)), 0) from inbox)
        + (select count(*) from outcomes where status = 'queued'))::int as queued,
      (select count(*) from outcomes where status = 'running')::int as running,
      extract(epoch from now() - least(
        (select min(run_at) from graphile_worker.jobs
          where task_identifier = 'sync' and locked_at is null and run_at <= now()),
        (select d.received_at from (select delivery_ids[1] as id from inbox order by inbox.id limit 1) as i
          join deliveries d on d.id = i.id)
      ))::float8 as "oldestDueSeconds"`);
  return row ?? { queued: 0, running: 0, oldestDueSeconds: null };
}

/** `retrying` failed and will be tried again by themselves; `oldestDueSeconds` counts only what may run now. */
export type ConnectionBacklog = {
  connectionId: string;
  name: string;
  queued: number;
  held: number;
  running: number;
  retrying: number;
  oldestDueSeconds: number;
};

/** What waits at each connection, once it is collected; connections that nothing waits for are there with zeros. */
export async function readConnectionBacklogs(db: Db): Promise<ConnectionBacklog[]> {
  // The key of a job names its connection: sync, connection and contact.
  const rows = await db.execute<ConnectionBacklog>(sql`
    select c.id as "connectionId", c.name, coalesce(o.queued, 0) as queued, coalesce(o.held, 0) as held,
      coalesce(o.running, 0) as running, coalesce(o.retrying, 0) as retrying,
      coalesce(extract(epoch from now() - j.due), 0)::float8 as "oldestDueSeconds"
    from connections c left join (
      select connection_id, count(*) filter (where status = 'queued')::int as queued,
        count(*) filter (where status = 'held')::int as held,
        count(*) filter (where status = 'running')::int as running,
        count(*) filter (where status = 'failed')::int as retrying
      from outcomes where status in ('queued', 'held', 'running', 'failed') group by 1) o on o.connection_id = c.id
    left join (
      select substr(key, 6, 36) as connection, min(run_at) as due from graphile_worker.jobs
      where task_identifier = 'sync' and locked_at is null and run_at <= now() group by 1) j
      on j.connection = c.id::text
    order by c.id`);
  return [...rows];
}
