import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { DeliveryParams } from "#db/schema/deliveries.ts";
import { uuidv7 } from "../ids.ts";
import type { ContactRef } from "../queue/enqueue.ts";
import type { Action, Trigger } from "../words.ts";

/** A delivery that a run covers. `attempts` counts this run too. */
export type TakenDelivery = {
  deliveryId: string;
  receivedAt: Date;
  action: Action;
  trigger: Trigger;
  params: DeliveryParams;
  attempts: number;
  attemptsBefore: number;
};

export type Run = { syncId: string; deliveries: TakenDelivery[] };

/**
 * Opens the one run that a contact may have, and takes every delivery that waits for it. Null when another run is open
 * (it is marked dirty and will be followed by one more) or nothing waits.
 */
export async function openRun(db: Db, ref: ContactRef, workerId: string): Promise<Run | null> {
  const syncId = uuidv7();
  const deliveries = await db.transaction(async (tx) => {
    const [lease] = await tx.execute<{ id: string }>(sql`
      insert into syncs as s (id, connection_id, contact_ref, worker_id, started_at, status)
      values (${syncId}, ${ref.connectionId}, ${ref.contactRef}, ${workerId}, clock_timestamp(), 'running')
      on conflict (connection_id, contact_ref) where finished_at is null do update set dirty = true
      returning s.id`);
    if (lease?.id !== syncId) return [];
    const taken = await tx.execute<Omit<TakenDelivery, "receivedAt"> & { receivedAt: string }>(sql`
      update outcomes set status = 'running', hop = 'crm', attempts = attempts + 1, next_retry_at = null,
        sync_ids = sync_ids || ${syncId}::uuid
      where connection_id = ${ref.connectionId} and contact_ref = ${ref.contactRef} and status in ('queued', 'failed')
      returning delivery_id as "deliveryId", received_at as "receivedAt", action, trigger, params, attempts,
        attempts_before as "attemptsBefore"`);
    if (taken.length === 0) await tx.execute(sql`delete from syncs where id = ${syncId} and not dirty`);
    else {
      const attempt = Math.max(...taken.map((row) => row.attempts));
      await tx.execute(sql`update syncs set attempt = ${attempt} where id = ${syncId}`);
    }
    return taken.map((row) => ({ ...row, receivedAt: new Date(row.receivedAt) }));
  });
  if (deliveries.length === 0) return null;
  deliveries.sort((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
  return { syncId, deliveries };
}
