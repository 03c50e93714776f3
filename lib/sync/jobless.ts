import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { type ContactRef, enqueueSync } from "../queue/enqueue.ts";

/** What is due for so long has been overlooked: a job is there from the moment in which a delivery is queued. */
const overdueSeconds = 15;

/**
 * Adds a job for every contact whose deliveries or drift wait with nothing that would ever take them: no job, no open
 * run, no flood. Seen: a frozen worker that comes back deletes the jobs it had, even after another has got them
 * (graphile-worker 0.17 completes by id alone). Safe in every process at once: a contact has one job. Resolves with the
 * number of contacts.
 */
export async function requeueJobless(db: Db): Promise<number> {
  return db.transaction(async (tx) => {
    const given = await tx.execute<ContactRef>(sql`
      with waiting as (
        select o.connection_id, o.contact_ref from outcomes o
        where o.status in ('queued', 'failed')
          and coalesce(o.next_retry_at, o.collected_at) < clock_timestamp() - ${overdueSeconds} * interval '1 second'
          and (o.flood_id is null or o.released
            or not exists (select from floods f where f.id = o.flood_id and f.closed_at is null))
        union
        select d.connection_id, d.contact_ref from drifts d
        where d.state = 'queued'
          and coalesce(d.next_retry_at, d.found_at) < clock_timestamp() - ${overdueSeconds} * interval '1 second'
      )
      select w.connection_id as "connectionId", w.contact_ref as "contactRef" from waiting w
      join connections c on c.id = w.connection_id
      where w.contact_ref is not null
        and not exists (select from graphile_worker._private_jobs j
          where j.key = 'sync:' || w.connection_id || ':' || w.contact_ref and j.attempts < j.max_attempts)
        and not exists (select from syncs s where s.connection_id = w.connection_id and s.contact_ref = w.contact_ref
          and s.finished_at is null)`);
    await enqueueSync(tx, given, { priority: "update" });
    if (given.length > 0) log.warn({ contacts: given.length }, "sync.jobs_missing");
    return given.length;
  });
}
