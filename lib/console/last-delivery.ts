import { sql } from "drizzle-orm";
import { connections } from "#db/schema/connections.ts";

/**
 * When a connection was called last. It asks for the order that only the index of connections has: for one that was
 * never called, the newest first would be every row of the log.
 */
export const lastDeliveryAt = sql<string | null>`(
  select o.received_at from outcomes o where o.connection_id >= ${connections.id} and o.connection_id <= ${connections.id}
  order by o.connection_id desc, o.delivery_id desc limit 1)`;
