import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { idColumn, moment } from "./columns.ts";

/**
 * What Rollcall itself wrote to a contact, for some minutes. `valueHash` is keyed, so that no password can be read or
 * guessed from it; null for tags. `answeredBy` is the first run for news about the contact after the write.
 */
export const writeTraces = pgTable(
  "write_traces",
  {
    id: idColumn(),
    connectionId: uuid("connection_id").notNull(),
    contactId: text("contact_id").notNull(),
    kind: text("kind").$type<"field" | "tag_added" | "tag_removed">().notNull(),
    name: text("name").notNull(),
    valueHash: text("value_hash"),
    writtenAt: moment("written_at").notNull(),
    expiresAt: moment("expires_at").notNull(),
    answeredBy: uuid("answered_by"),
  },
  (table) => [
    index("write_traces_contact").on(table.connectionId, table.contactId),
    index("write_traces_expiry").on(table.expiresAt),
  ],
);

/**
 * Contacts whose events are held, because writes and events kept following each other `rounds` times. Open while
 * `closedAt` is null; `closedBy` is "person" or "quiet". `held` counts the deliveries that were held.
 */
export const loopGuards = pgTable(
  "loop_guards",
  {
    id: idColumn(),
    connectionId: uuid("connection_id").notNull(),
    contactId: text("contact_id").notNull(),
    rounds: integer("rounds").notNull(),
    held: integer("held").notNull().default(0),
    openedAt: moment("opened_at").notNull(),
    lastSeenAt: moment("last_seen_at").notNull(),
    closedAt: moment("closed_at"),
    closedBy: text("closed_by").$type<"person" | "quiet">(),
  },
  (table) => [
    uniqueIndex("loop_guards_open")
      .on(table.connectionId, table.contactId)
      .where(sql`${table.closedAt} is null`),
    index("loop_guards_contact").on(table.connectionId, table.contactId, table.closedAt),
  ],
);

/**
 * Breakers by what they guard (`crm:<account>`). Closed while `openedAt` is null; else calls rest until `probeAt`, when
 * one is let through, and the others until `probeEndsAt`. `trips` counts the openings in a row. `releasing` asks for
 * what waits to be let go.
 */
export const breakers = pgTable("breakers", {
  key: text("key").primaryKey(),
  failures: integer("failures").notNull().default(0),
  trips: integer("trips").notNull().default(0),
  reason: text("reason"),
  detail: text("detail"),
  openedAt: moment("opened_at"),
  probeAt: moment("probe_at"),
  probeEndsAt: moment("probe_ends_at"),
  closedAt: moment("closed_at"),
  releasing: moment("releasing"),
});
