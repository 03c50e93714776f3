import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Delivery, DeliveryQuery } from "../api/delivery-shapes.ts";
import { pageOf, readCursor } from "./cursor.ts";
import {
  fromWaiting,
  idsByWays,
  idsNearby,
  isBroad,
  oldestWaiting,
  type Selection,
} from "./delivery-filter.ts";
import { deliveryJson, loadDeliveries } from "./delivery-rows.ts";

/** What begins with a text that many begin with is among these, unless something else has just come in great numbers. */
const nearby = 5_000;
/** So many that begin with a text are read to know the newest; of more, the log itself soon has a page. */
const mostBegun = 20_000;

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

async function selectCollected(db: Db, selection: Selection, limit: number): Promise<string[]> {
  if (isBroad(selection)) {
    const near = await read(db, idsNearby(selection, limit, nearby));
    if (near.length === limit) return near;
  }
  const rows = await db.execute<{ id: string; met: boolean }>(idsByWays(selection, limit, mostBegun));
  return rows[0]?.met ? read(db, idsNearby(selection, limit, null)) : rows.map(({ id }) => id);
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
