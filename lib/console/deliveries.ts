import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Delivery, DeliveryQuery } from "../api/delivery-shapes.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { fromWaiting, oldestWaiting, type Selection, waysCollected } from "./delivery-filter.ts";
import { deliveryJson, loadDeliveries } from "./delivery-rows.ts";

/** Ids of matching deliveries, newest first: those with an outcome and those that still wait to be collected. */
export async function selectDeliveryIds(db: Db, selection: Selection, limit: number): Promise<string[]> {
  const oldest = await oldestWaiting(db);
  const parts = waysCollected(selection).map(
    (where) =>
      sql`(select o.delivery_id as id from outcomes o where ${where} order by 1 desc limit ${limit})`,
  );
  if (oldest !== null)
    parts.push(sql`(select d.id from ${fromWaiting(selection, oldest)} order by 1 desc limit ${limit})`);
  const rows = await db.execute<{ id: string }>(
    sql`select id from (${sql.join(parts, sql` union `)}) as found order by id desc limit ${limit}`,
  );
  return rows.map((row) => row.id);
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
