import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { idColumn, moment } from "./columns.ts";

/**
 * Stretches in which a door could not work as usual, written when they are over. `spool`: deliveries waited on disk for
 * the database, and all were stored; `full`: that many requests were told to come again.
 */
export const outages = pgTable("outages", {
  id: idColumn(),
  kind: text("kind").$type<"spool" | "full">().notNull(),
  beganAt: moment("began_at").notNull(),
  endedAt: moment("ended_at").notNull(),
  deliveries: integer("deliveries").notNull(),
});
