import { sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import { type ContactRef, enqueueSync } from "../queue/enqueue.ts";
import { traceMinutes } from "./write-traces.ts";

/**
 * So many rounds (Rollcall wrote to a contact, then the CRM told news of it) within ten minutes, the life of a trace,
 * are a loop. Work by hand does not answer six writes in a row; a loop over webhooks needs seconds for it.
 */
export const roundsToTrip = 6;
/** A contact about which no event came for so long is let through again. */
export const quietMinutes = 30;

/** How a guard's deliveries say what held them. */
export const roundsInWords = (rounds: number): string => `${rounds} rounds within ${traceMinutes} minutes`;

/**
 * Counts news of a contact as the answer to Rollcall's writes before it, and opens the contact's guard when that was one
 * round too many. Returns the rounds when it did, else null.
 */
export async function countRound(
  db: Db,
  { connectionId, contactRef }: ContactRef,
  syncId: string,
  newsAt: string,
): Promise<number | null> {
  const [tripped] = await db.$client<{ rounds: number }[]>`
    with answered as (
      update write_traces set answered_by = ${syncId}
      where connection_id = ${connectionId} and contact_id = ${contactRef} and answered_by is null
        and expires_at > clock_timestamp() and written_at < ${newsAt}::timestamptz
      returning 1
    ), counted as (
      select (count(distinct answered_by) + 1)::int as rounds from write_traces
      where connection_id = ${connectionId} and contact_id = ${contactRef} and expires_at > clock_timestamp()
    )
    insert into loop_guards (id, connection_id, contact_id, rounds, opened_at, last_seen_at)
    select ${uuidv7()}, ${connectionId}, ${contactRef}, rounds, clock_timestamp(), clock_timestamp() from counted
    where rounds >= ${roundsToTrip} and exists (select from answered)
    on conflict do nothing returning rounds`;
  if (!tripped) return null;
  log.warn({ connection: connectionId, contact: contactRef, rounds: tripped.rounds }, "loop_guard.opened");
  return tripped.rounds;
}

/** Counts deliveries that are about to be held; null when the guard was closed in between, and nothing is to be held. */
export async function noteHeld(db: Db, { connectionId, contactRef }: ContactRef, count: number) {
  const [guard] = await db.$client<{ rounds: number }[]>`
    update loop_guards set held = held + ${count}, last_seen_at = clock_timestamp()
    where connection_id = ${connectionId} and contact_id = ${contactRef} and closed_at is null returning rounds`;
  return guard?.rounds ?? null;
}

/**
 * Lets contacts through again for a person, in the caller's transaction: their guards close, and every delivery that was
 * held waits for the next run. The caller enqueues that run.
 */
export async function closeGuards(tx: Tx, refs: readonly ContactRef[]): Promise<void> {
  if (refs.length === 0) return;
  await release(
    tx,
    "person",
    sql`(connection_id, contact_id) in (select r."connectionId", r."contactRef"
      from json_to_recordset(${JSON.stringify(refs)}::text::json) as r("connectionId" uuid, "contactRef" text))`,
  );
}

/** Lets contacts through again about which it has been quiet; one run covers what was held. Returns how many. */
export async function closeQuietGuards(db: Db): Promise<number> {
  return db.transaction(async (tx) => {
    const refs = await release(
      tx,
      "quiet",
      sql`last_seen_at < clock_timestamp() - ${quietMinutes} * interval '1 minute'`,
    );
    await enqueueSync(tx, refs, { priority: "retry" });
    return refs.length;
  });
}

async function release(tx: Tx, by: "person" | "quiet", which: ReturnType<typeof sql>): Promise<ContactRef[]> {
  return tx.execute<ContactRef>(sql`
    with closed as (
      update loop_guards set closed_at = clock_timestamp(), closed_by = ${by} where closed_at is null and ${which}
      returning connection_id, contact_id
    ), forgotten as (
      delete from write_traces t using closed c
      where t.connection_id = c.connection_id and t.contact_id = c.contact_id and t.answered_by is not null
    ), waiting as (
      update outcomes o set status = 'queued', hop = 'queue', reason = null, detail = null, finished_at = null
      from closed c where o.connection_id = c.connection_id and o.contact_ref = c.contact_id
        and o.status = 'held' and o.reason = 'loop_guard'
    )
    select connection_id as "connectionId", contact_id as "contactRef" from closed`);
}
