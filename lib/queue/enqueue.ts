import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";

/** Lower runs first: a person who waits, then new people, everyday work, what failed before, and what nobody asked for. */
export const priorities = { person: -20, add: -10, update: 0, retry: 10, sweep: 20 } as const;
export type Priority = keyof typeof priorities;

/** A contact within a connection: its id, or `email:` and the address where no id is known. */
export type ContactRef = { connectionId: string; contactRef: string };

/**
 * Adds one sync job per contact in the caller's transaction, as a set. A job of that contact that waits is kept, at the
 * earlier of both times and in the more urgent of both lanes; one that is running is left alone and followed by the new
 * one (the function `enqueue_syncs`).
 */
export async function enqueueSync(
  tx: Tx,
  refs: readonly ContactRef[],
  options: { priority: Priority; runAt?: Date },
): Promise<void> {
  if (refs.length === 0) return;
  await tx.execute(sql`
    select enqueue_syncs(array_agg(connection), array_agg(ref), array_agg(due), array_agg(${priorities[options.priority]}::int),
      array_agg(null::interval))
    from (select distinct r."connectionId" as connection, r."contactRef" as ref,
        coalesce(${options.runAt?.toISOString() ?? null}::timestamptz, now()) as due
      from json_to_recordset(${JSON.stringify(refs)}::text::json) as r("connectionId" uuid, "contactRef" text)) as wanted`);
}

/** Starts a bulk retry that is stored in `retries`. */
export async function enqueueBulkRetry(tx: Tx, retryId: string): Promise<void> {
  await tx.execute(sql`
    select graphile_worker.add_job('bulk_retry', json_build_object('retryId', ${retryId}::text),
      job_key := ${`bulk_retry:${retryId}`}, priority := ${priorities.person}::int)`);
}
