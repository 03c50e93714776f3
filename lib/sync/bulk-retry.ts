import { type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { uuidv7 } from "../ids.ts";
import { enqueueBulkRetry } from "../queue/enqueue.ts";
import { requeue } from "./requeue.ts";

const chunk = 500;
const beforeAll = "00000000-0000-0000-0000-000000000000";

/**
 * Plans a bulk retry in the caller's transaction: the set is fixed now, the worker issues it in chunks. `which` is a
 * condition on the table `outcomes`. Returns the retry's id and how many deliveries it covers.
 */
export async function planBulkRetry(
  tx: Tx,
  which: SQL,
  about: { filter: Record<string, unknown>; actor: string },
): Promise<{ id: string; total: number }> {
  const id = uuidv7();
  const [planned] = await tx.execute<{ total: number }>(sql`
    with items as (
      insert into retry_items (retry_id, delivery_id) select ${id}::uuid, delivery_id from outcomes where ${which}
      returning 1
    )
    insert into retries (id, filter, total, state, actor)
    select ${id}, ${JSON.stringify(about.filter)}::text::jsonb, count(*), 'running', ${about.actor} from items
    returning total`);
  await enqueueBulkRetry(tx, id);
  return { id, total: planned?.total ?? 0 };
}

/** Issues what is left of a bulk retry, chunk by chunk, until it is done or aborted. Safe to run again after a crash. */
export async function runBulkRetry(db: Db, retryId: string): Promise<void> {
  while (await issueChunk(db, retryId));
}

/**
 * The cursor moves in the transaction that queues the chunk, so no chunk is issued twice or left out. What another retry
 * has taken or a run has in hand is left to it, and no longer counted in the total.
 */
async function issueChunk(db: Db, retryId: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [retry] = await tx.execute<{ cursor: string | null }>(sql`
      select cursor from retries where id = ${retryId} and state = 'running' for update`);
    if (!retry) return false;
    const planned = await tx.execute<{ id: string }>(sql`
      select delivery_id as id from retry_items where retry_id = ${retryId} and delivery_id > ${retry.cursor ?? beforeAll}
      order by delivery_id limit ${chunk}`);
    const ids = planned.map((row) => row.id);
    const last = ids.at(-1);
    if (last === undefined) {
      await tx.execute(sql`update retries set state = 'done', finished_at = now() where id = ${retryId}`);
      return false;
    }
    const free = await lockFree(tx, ids);
    const taken =
      free.length === 0 ? [] : await requeue(tx, sql`delivery_id in ${free}`, { priority: "retry", retryId });
    await tx.execute(sql`
      update retries set cursor = ${last}, issued = issued + ${taken.length}, total = total - ${ids.length - taken.length}
      where id = ${retryId}`);
    return true;
  });
}

/** Locks those of these deliveries that nobody else has locked: to wait for the others could be a deadlock with a run. */
async function lockFree(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select delivery_id as id from outcomes where delivery_id in ${ids} order by delivery_id for update skip locked`);
  return rows.map((row) => row.id);
}
