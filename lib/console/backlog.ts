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
