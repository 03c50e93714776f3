import { setTimeout as sleep } from "node:timers/promises";
import { finalStatuses } from "#lib/words.ts";
import type { Database } from "./database.ts";
import type { Sent } from "./load.ts";

/** After this long it is taken for stuck: longer than the promise, so that a machine that does much else is only slow. */
const limitMs = 120_000;
const lookMs = 200;

/** The ids of everything that was answered with 200. */
export const acknowledged = (sent: readonly Sent[]): string[] =>
  sent.flatMap(({ deliveryId }) => (deliveryId === null ? [] : [deliveryId]));

/** What has not come to its end: accepted deliveries, and work that the queue, the runs and the errands still hold. */
export async function openWork(database: Database, sent: readonly Sent[]): Promise<Record<string, number>> {
  const sql = database.sql();
  const [row] = await sql<Record<string, number>[]>`
    select (select count(*)::int from unnest(${sql.array(acknowledged(sent))}::uuid[]) as a(id)
        left join outcomes o on o.delivery_id = a.id
        where o.status is null or not o.status in ${sql([...finalStatuses])}) as deliveries,
      (select count(*)::int from inbox) as inbox,
      (select count(*)::int from syncs where finished_at is null) as runs,
      (select count(*)::int from graphile_worker.jobs where task_identifier = 'sync' and attempts < max_attempts) as jobs,
      (select count(*)::int from pending_passwords) as passwords,
      (select count(*)::int from pending_mails) as mails`;
  return row ?? {};
}

/**
 * Waits until everything accepted is in its end state and nothing is left to do; resolves with the milliseconds since
 * `since` (of `performance.now()`), or null when that did not happen in time.
 */
export async function settle(
  database: Database,
  sent: readonly Sent[],
  since: number,
): Promise<number | null> {
  for (const limit = performance.now() + limitMs; performance.now() < limit; await sleep(lookMs)) {
    const open = await openWork(database, sent).catch(() => null);
    if (open && Object.values(open).every((count) => count === 0)) return performance.now() - since;
  }
  return null;
}
