import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";
import { wantFailedPushes } from "../push/want.ts";
import { type ContactRef, enqueueSync, type Priority } from "../queue/enqueue.ts";
import { retryableStatuses } from "../words.ts";
import { closeGuards } from "./loop-guard.ts";

/**
 * Queues deliveries again for a person, in the caller's transaction: at once, with their history, past every filter and
 * duplicate check. Returns the ids that were taken; one that runs right now, or names no contact, is not.
 */
export async function requeue(
  tx: Tx,
  which: SQL,
  options: { priority: Priority; retryId?: string },
): Promise<string[]> {
  const atSites = await requeueAtSites(tx, which, options.retryId ?? null);
  const rows = await tx.execute<ContactRef & { deliveryId: string }>(sql`
    update outcomes set status = 'queued', hop = 'queue', reason = null, detail = null, next_retry_at = null,
      finished_at = null, sync_ms = null, duplicate_of = null, attempts_before = attempts,
      retry_id = ${options.retryId ?? null}, released = flood_id is not null
    where ${which} and status in ${[...retryableStatuses]} and connection_id is not null and contact_ref is not null
      and exists (select from connections c where c.id = connection_id)
    returning delivery_id as "deliveryId", connection_id as "connectionId", contact_ref as "contactRef"`);
  const refs = new Map(
    rows.map(({ connectionId, contactRef }) => [
      `${connectionId} ${contactRef}`,
      { connectionId, contactRef },
    ]),
  );
  await closeGuards(tx, [...refs.values()]);
  await enqueueSync(tx, [...refs.values()], options);
  return [...atSites, ...rows.map((row) => row.deliveryId)];
}

/** What is right here and wrong at a site is pushed again, and nothing else of it repeated. */
async function requeueAtSites(tx: Tx, which: SQL, retryId: string | null): Promise<string[]> {
  const rows = await tx.execute<{ deliveryId: string; memberId: string }>(sql`
    update outcomes set status = 'running', hop = 'sites', reason = null, next_retry_at = null, finished_at = null,
      sync_ms = null, retry_id = ${retryId}
    where ${which} and status = 'partly_synced' and exists (
      select from push_targets t where t.member_id = outcomes.member_id
        and (t.state in ('failed', 'dead', 'refused') or t.part_reason is not null))
    returning delivery_id as "deliveryId", member_id as "memberId"`);
  await wantFailedPushes(tx, [...new Set(rows.map((row) => row.memberId))]);
  return rows.map((row) => row.deliveryId);
}
