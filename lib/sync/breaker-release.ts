import { sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import { log } from "../log.ts";
import { type BreakerState, readBreakers } from "../queue/breaker.ts";
import { priorities } from "../queue/enqueue.ts";
import type { ReasonCode } from "../reasons.ts";
import { breakerKeys } from "./guarded-client.ts";

const waitingReasons: ReasonCode[] = ["crm_paused", "crm_paused_token", "crm_secrets_locked"];
/** What waits longer than this beyond its time has no breaker any more, as when a connection moved to another account. */
const strandedSeconds = 30;

/** The contacts that wait for a breaker in these connections, those who came first in front. */
const waiting = (connectionIds: readonly string[]) => sql`
  select connection_id, contact_ref, min(since) as since, min(next_retry_at) as next_retry_at from (
    select connection_id, contact_ref, received_at as since, next_retry_at from outcomes
    where status = 'failed' and reason in ${waitingReasons} and connection_id in ${connectionIds}
    union all
    select connection_id, contact_ref, found_at, next_retry_at from drifts
    where state = 'queued' and contact_ref is not null and reason in ${waitingReasons} and connection_id in ${connectionIds}
  ) w group by 1, 2`;

type Account = { id: string; keys: string[] };

async function accounts(db: Db): Promise<Account[]> {
  const { id, kind, baseUrl } = connections;
  const rows = await db.select({ id, kind, baseUrl }).from(connections);
  return rows.map((row) => ({ id: row.id, keys: breakerKeys(row) }));
}

const behind = (all: readonly Account[], keys: readonly string[]): string[] =>
  all.filter((one) => one.keys.some((key) => keys.includes(key))).map((one) => one.id);

const withoutOpen = (
  ids: readonly string[],
  all: readonly Account[],
  open: readonly BreakerState[],
): string[] => {
  const resting = behind(
    all,
    open.map((one) => one.key),
  );
  return ids.filter((id) => !resting.includes(id));
};

const readOpen = async (db: Db) => (await readBreakers(db)).filter((one) => one.openedAt !== null);

/**
 * Looks after what waits for breakers: wakes one contact when a breaker may probe, and lets all go in the order in which
 * they came once it closed; the account's budget paces them from there. Safe in every process at once.
 */
export async function tendBreakers(db: Db): Promise<void> {
  const open = await readOpen(db);
  const [asked] = await db.$client<{ any: boolean }[]>`
    select exists (select from breakers where releasing is not null) as any`;
  if (open.length === 0 && !asked?.any) return;
  const all = await accounts(db);
  if (asked?.any) await releaseMarked(db, all, open);
  for (const one of open) await tendOpen(db, one, behind(all, [one.key]));
}

/** The mark goes in the transaction that queues the contacts, so a crash leaves it for the next look. */
async function releaseMarked(db: Db, all: Account[], open: BreakerState[]): Promise<void> {
  await db.transaction(async (tx) => {
    const marked = await tx.execute<{ key: string }>(sql`
      update breakers set releasing = null where key in (
        select key from breakers where releasing is not null for update skip locked) returning key`);
    const keys = marked.map((row) => row.key);
    await queueWaiting(tx, withoutOpen(behind(all, keys), all, open));
  });
}

/** Queues what waits in these connections; the oldest first, since the queue takes jobs of one priority by their time. */
async function queueWaiting(tx: Tx, connectionIds: readonly string[]): Promise<void> {
  if (connectionIds.length === 0) return;
  const [row] = await tx.execute<{ count: number }>(sql`
    select enqueue_syncs(array_agg(connection_id), array_agg(contact_ref), array_agg(since),
      array_agg(${priorities.retry}::int), array_agg(null::interval)) as count
    from (${waiting(connectionIds)}) w`);
  if (row?.count) log.info({ connections: connectionIds, contacts: row.count }, "breaker.released");
}

/** One contact makes the probe when the rest is over; until then all the others say when that is. */
async function tendOpen(db: Db, one: BreakerState, connectionIds: string[]): Promise<void> {
  if (connectionIds.length === 0) return;
  const isDue = one.state === "open" && one.probeAt !== null && one.probeAt.getTime() <= Date.now();
  if (isDue) {
    await db.execute(sql`
      select enqueue_sync(connection_id, contact_ref, now(), ${priorities.add}::int)
      from (${waiting(connectionIds)} order by since limit 1) w`);
    return;
  }
  await db.execute(sql`
    update outcomes set next_retry_at = ${one.probeAt?.toISOString() ?? null}::timestamptz
    where status = 'failed' and reason in ${waitingReasons} and connection_id in ${connectionIds}
      and next_retry_at < clock_timestamp()`);
}

/** Queues what waits although none of its breakers is open any more. */
export async function releaseStranded(db: Db): Promise<void> {
  const overdue = await db.$client<{ id: string }[]>`
    select distinct connection_id as id from outcomes
    where status = 'failed' and reason in ${db.$client(waitingReasons)}
      and next_retry_at < clock_timestamp() - ${strandedSeconds} * interval '1 second'`;
  if (overdue.length === 0) return;
  const ids = overdue.map((row) => row.id);
  const stranded = withoutOpen(ids, await accounts(db), await readOpen(db));
  await db.transaction((tx) => queueWaiting(tx, stranded));
}
