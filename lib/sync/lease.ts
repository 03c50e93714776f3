import { sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import type { DeliveryParams } from "#db/schema/deliveries.ts";
import { untilWritten } from "#db/until-written.ts";
import { uuidv7 } from "../ids.ts";
import { type ContactRef, priorities } from "../queue/enqueue.ts";
import type { Action, Trigger } from "../words.ts";

/** A delivery that a run covers. `attempts` counts this run too. */
export type TakenDelivery = {
  deliveryId: string;
  action: Action;
  trigger: Trigger;
  params: DeliveryParams;
  attempts: number;
  attemptsBefore: number;
};

/** Drift that a run is to put right; `creates` when it may make the member. */
export type TakenDrift = { driftId: string; attempts: number; creates: boolean };

export type Run = { syncId: string; deliveries: TakenDelivery[]; drifts: TakenDrift[] };

type Taken = TakenDelivery & { contactRef: string; driftKind: string | null };

/**
 * Opens the one run that each of these contacts may have, and takes every delivery and drift that waits for it. A
 * contact is left out when another run is open (it is marked dirty and will be followed by one more) or nothing waits.
 * One statement: a delivery that comes while it waits for the other run's end has a job of its own.
 */
export async function openRuns(
  tx: Tx,
  connectionId: string,
  contactRefs: readonly string[],
  workerId: string,
): Promise<(Run & { contactRef: string })[]> {
  const wanted = contactRefs.map((contactRef) => ({ id: uuidv7(), ref: contactRef }));
  const taken = await tx.execute<Taken>(sql`
    with wanted as (
      select id, ref as contact_ref from json_to_recordset(${JSON.stringify(wanted)}::text::json) as w(id uuid, ref text)
    ), lease as (
      insert into syncs as s (id, connection_id, contact_ref, worker_id, started_at, status)
      select id, ${connectionId}::uuid, contact_ref, ${workerId}, clock_timestamp(), 'running' from wanted order by contact_ref
      on conflict (connection_id, contact_ref) where finished_at is null do update set dirty = true
      returning s.id
    ), opened as (
      select w.id, w.contact_ref from wanted w join lease l on l.id = w.id
    ), called as (
      update outcomes o set status = 'running', hop = 'crm', attempts = attempts + 1, next_retry_at = null,
        sync_ids = sync_ids || w.id
      from opened w where o.connection_id = ${connectionId} and o.contact_ref = w.contact_ref
        and o.status in ('queued', 'failed')
      returning w.contact_ref, o.delivery_id, o.action, o.trigger, o.params, o.attempts, o.attempts_before
    ), drifted as (
      update drifts d set state = 'running', attempts = attempts + 1, next_retry_at = null, sync_id = w.id
      from opened w where d.connection_id = ${connectionId} and d.contact_ref = w.contact_ref and d.state = 'queued'
      returning w.contact_ref, d.id, d.attempts, d.kind
    )
    select contact_ref as "contactRef", delivery_id as "deliveryId", action, trigger, params, attempts,
      attempts_before as "attemptsBefore", null as "driftKind" from called
    union all select contact_ref, id, null, null, null, attempts, 0, kind from drifted`);
  const byRef = Map.groupBy(taken, (one) => one.contactRef);
  const empty = wanted.filter((one) => !byRef.has(one.ref)).map((one) => one.id);
  if (empty.length > 0) {
    // Whoever marked an empty run dirty relies on it to be followed by one more.
    await tx.execute(sql`
      with gone as (
        delete from syncs where id = any(string_to_array(${empty.join(",")}, ',')::uuid[]) and finished_at is null
        returning contact_ref, dirty)
      select enqueue_sync(${connectionId}, contact_ref, now(), ${priorities.update}::int) from gone where dirty`);
  }
  return wanted.flatMap(({ id, ref }) => {
    const rows = byRef.get(ref);
    return rows ? [{ contactRef: ref, syncId: id, ...sorted(rows) }] : [];
  });
}

function sorted(taken: Taken[]): Pick<Run, "deliveries" | "drifts"> {
  const deliveries = taken
    .filter((one) => one.driftKind === null)
    .map(({ contactRef: _, driftKind: __, ...delivery }) => delivery)
    .sort((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
  const drifts = taken.flatMap(({ deliveryId, attempts, driftKind }) =>
    driftKind === null ? [] : [{ driftId: deliveryId, attempts, creates: driftKind === "unknown" }],
  );
  return { deliveries, drifts };
}

/** Opens the run of one contact; null when it has one already or nothing waits. */
export async function openRun(db: Db, ref: ContactRef, workerId: string): Promise<Run | null> {
  const [run] = await untilWritten(() => openRuns(db, ref.connectionId, [ref.contactRef], workerId));
  return run ?? null;
}
