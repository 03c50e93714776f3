import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { type ContactRef, enqueueSync } from "../queue/enqueue.ts";

/** What is due for so long has been overlooked: a job is there from the moment in which a delivery is queued. */
const overdueSeconds = 15;

/** So many open deliveries are looked at in one sweep; a larger backlog is gone through slice by slice. */
const usualSlice = 10_000;

/** Where the next sweep of this process goes on, in the order of the index of open deliveries; null is its beginning. */
const places = new WeakMap<Db, Place | null>();
type Place = ContactRef & { isInside: boolean };

type Row = ContactRef & { is: "jobless" | "first" | "last"; looked: number };

/**
 * Adds a job for every contact whose deliveries or drift wait with nothing that would ever take them: no job, no open
 * run, no flood. Seen: a frozen worker that comes back deletes the jobs it had, even after another has got them
 * (graphile-worker 0.17 completes by id alone). Safe in every process at once: a contact has one job. A sweep costs no
 * more than a slice of the backlog, 10,000 deliveries. Resolves with the number of contacts.
 */
export async function requeueJobless(db: Db, slice = usualSlice): Promise<number> {
  const found = await db.transaction(async (tx) => {
    const rows = await tx.execute<Row>(look(places.get(db) ?? null, slice));
    const given = rows.filter((row) => row.is === "jobless");
    await enqueueSync(tx, given, { priority: "update" });
    return {
      given,
      first: rows.find((row) => row.is === "first"),
      last: rows.find((row) => row.is === "last"),
    };
  });
  places.set(db, nextPlace(found.first, found.last, slice));
  const contacts = found.given.length;
  if (contacts > 0) log.warn({ contacts }, "sync.jobs_missing");
  return contacts;
}

/** The last contact of a slice may go on in the next one; one that fills a slice has been looked at enough. */
function nextPlace(first: Row | undefined, last: Row | undefined, slice: number): Place | null {
  if (!first || !last || last.looked < slice) return null;
  const { connectionId, contactRef } = last;
  return {
    connectionId,
    contactRef,
    isInside: first.contactRef !== contactRef || first.connectionId !== connectionId,
  };
}

const look = (place: Place | null, slice: number) => sql`
  with looked as materialized (
    select o.connection_id, o.contact_ref, o.status, o.flood_id, o.released,
      coalesce(o.next_retry_at, o.collected_at) as due_at
    from outcomes o
    where o.status in ('queued', 'running', 'failed') and o.contact_ref is not null
      ${place ? sql`and (o.connection_id, o.contact_ref) ${place.isInside ? sql`>=` : sql`>`} (${place.connectionId}::uuid, ${place.contactRef})` : sql``}
    order by o.connection_id, o.contact_ref limit ${slice}
  ), waiting as (
    select l.connection_id, l.contact_ref from looked l
    where l.status <> 'running' and l.due_at < clock_timestamp() - ${overdueSeconds} * interval '1 second'
      and (l.flood_id is null or l.released
        or not exists (select from floods f where f.id = l.flood_id and f.closed_at is null))
    union
    select d.connection_id, d.contact_ref from drifts d
    where d.state = 'queued' and d.contact_ref is not null
      and coalesce(d.next_retry_at, d.found_at) < clock_timestamp() - ${overdueSeconds} * interval '1 second'
  )
  select w.connection_id as "connectionId", w.contact_ref as "contactRef", 'jobless' as is, 0 as looked from waiting w
  -- Counted, so that each is looked up by its key: joined freely, all jobs are read for the few that wait.
  where exists (select from connections c where c.id = w.connection_id)
    and (select count(*) from graphile_worker._private_jobs j
      where j.key = 'sync:' || w.connection_id || ':' || w.contact_ref and j.attempts < j.max_attempts) = 0
    and (select count(*) from syncs s where s.connection_id = w.connection_id and s.contact_ref = w.contact_ref
      and s.finished_at is null) = 0
  union all
  (select connection_id, contact_ref, 'first', (select count(*)::int from looked) from looked order by 1, 2 limit 1)
  union all
  (select connection_id, contact_ref, 'last', (select count(*)::int from looked) from looked order by 1 desc, 2 desc limit 1)`;
