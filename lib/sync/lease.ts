import type { Db } from "#db/client.ts";
import type { DeliveryParams } from "#db/schema/deliveries.ts";
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

type Taken = TakenDelivery & { driftKind: string | null };

/**
 * Opens the one run that a contact may have, and takes every delivery and drift that waits for it. Null when another run is open
 * (it is marked dirty and will be followed by one more) or nothing waits. One statement: a delivery that comes while it
 * waits for the other run's end has a job of its own.
 */
export async function openRun(db: Db, ref: ContactRef, workerId: string): Promise<Run | null> {
  const syncId = uuidv7();
  const taken = await db.$client<Taken[]>`
    with lease as (
      insert into syncs as s (id, connection_id, contact_ref, worker_id, started_at, status)
      values (${syncId}, ${ref.connectionId}, ${ref.contactRef}, ${workerId}, clock_timestamp(), 'running')
      on conflict (connection_id, contact_ref) where finished_at is null do update set dirty = true
      returning s.id
    ), called as (
      update outcomes set status = 'running', hop = 'crm', attempts = attempts + 1, next_retry_at = null,
        sync_ids = sync_ids || ${syncId}::uuid
      where connection_id = ${ref.connectionId} and contact_ref = ${ref.contactRef} and status in ('queued', 'failed')
        and exists (select from lease where id = ${syncId})
      returning delivery_id, action, trigger, params, attempts, attempts_before
    ), drifted as (
      update drifts set state = 'running', attempts = attempts + 1, next_retry_at = null, sync_id = ${syncId}
      where connection_id = ${ref.connectionId} and contact_ref = ${ref.contactRef} and state = 'queued'
        and exists (select from lease where id = ${syncId})
      returning id, attempts, kind
    )
    select delivery_id as "deliveryId", action, trigger, params, attempts, attempts_before as "attemptsBefore",
      null as "driftKind" from called
    union all select id, null, null, null, attempts, 0, kind from drifted`;
  if (taken.length === 0) {
    // Whoever marked this empty run dirty relies on it to be followed by one more.
    await db.$client`
      with gone as (delete from syncs where id = ${syncId} and finished_at is null returning dirty)
      select enqueue_sync(${ref.connectionId}, ${ref.contactRef}, now(), ${priorities.update}) from gone where dirty`;
    return null;
  }
  const deliveries = taken
    .filter((one) => one.driftKind === null)
    .sort((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
  const drifts = taken.flatMap(({ deliveryId, attempts, driftKind }) =>
    driftKind === null ? [] : [{ driftId: deliveryId, attempts, creates: driftKind === "unknown" }],
  );
  return { syncId, deliveries, drifts };
}
