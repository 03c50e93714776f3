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

/** What begins with a text that many begin with is among these; only for a rarer text all that match are read. */
const nearby = 5_000;

/** Ids of matching deliveries, newest first: those with an outcome and those that still wait to be collected. */
export async function selectDeliveryIds(db: Db, selection: Selection, limit: number): Promise<string[]> {
  const read = async (query: SQL) => (await db.execute<{ id: string }>(query)).map(({ id }) => id);
  const oldest = await oldestWaiting(db);
  // Before the others: what is collected between the two is found in both, and not in none.
  const waiting =
    oldest === null
      ? []
      : await read(sql`select d.id from ${fromWaiting(selection, oldest)} order by 1 desc limit ${limit}`);
  const near = isBroad(selection) ? await read(idsNearby(selection, limit, nearby)) : [];
  const collected = near.length === limit ? near : await read(idsByWays(selection, limit));
  if (waiting.length === 0) return collected;
  return [...new Set([...waiting, ...collected])].sort().reverse().slice(0, limit);
}

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
