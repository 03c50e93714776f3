import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Delivery, DeliveryQuery } from "../api/delivery-shapes.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { fromWaiting, oldestWaiting, type Selection } from "./delivery-filter.ts";
import { deliveryJson, loadDeliveries } from "./delivery-rows.ts";
import { selectCollected } from "./delivery-search.ts";

/** Ids of matching deliveries, newest first: those with an outcome and those that still wait to be collected. */
export async function selectDeliveryIds(db: Db, selection: Selection, limit: number): Promise<string[]> {
  const oldest = await oldestWaiting(db);
  // Before the others: what is collected between the two is found in both, and not in none.
  const waiting =
    oldest === null
      ? []
      : await read(
          db,
          sql`select d.id from ${fromWaiting(selection, oldest)} order by 1 desc limit ${limit}`,
        );
  const collected = await selectCollected(db, selection, limit);
  if (waiting.length === 0) return collected;
  return [...new Set([...waiting, ...collected])].sort().reverse().slice(0, limit);
}

const read = async (db: Db, query: SQL): Promise<string[]> =>
  (await db.execute<{ id: string }>(query)).map(({ id }) => id);

/** A page of the log, newest first. Paging by id stays right while new deliveries arrive. */
export async function listDeliveries(
  db: Db,
  { cursor, limit, ...filter }: DeliveryQuery,
): Promise<{ items: Delivery[]; nextCursor: string | null }> {
  const selection = { ...filter, ...(cursor ? { before: readCursor(cursor) } : {}) };
  const ids = await selectDeliveryIds(db, selection, limit + 1);
  const page = pageOf(
    ids.map((id) => ({ id })),
    limit,
  );
  const rows = await loadDeliveries(
    db,
    page.items.map((item) => item.id),
  );
  return { items: rows.map(deliveryJson), nextCursor: page.nextCursor };
}
