import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { idColumn, moment } from "./columns.ts";

/**
 * Deliveries that are worked on together, at the CRM's pace: a `flood` that a connection received too fast, or a `batch`
 * that waits until `dueAt`. It takes more until `endedAt`; with `closedAt` nothing of it waits any more. The counts are
 * those of `countedAt`. `decision` is what a person (or the connection, by itself) chose, with who and why.
 */
export const floods = pgTable(
  "floods",
  {
    id: idColumn(),
    connectionId: uuid("connection_id").notNull(),
    kind: text("kind").$type<"flood" | "batch">().notNull(),
    state: text("state").$type<"pacing" | "held" | "draining" | "done" | "dropped">().notNull(),
    takesAdds: boolean("takes_adds").notNull().default(false),
    openedAt: moment("opened_at").notNull(),
    lastAt: moment("last_at").notNull(),
    dueAt: moment("due_at"),
    endedAt: moment("ended_at"),
    closedAt: moment("closed_at"),
    pausedUntil: moment("paused_until"),
    threshold: integer("threshold"),
    rate: integer("rate").notNull().default(0),
    peak: integer("peak").notNull().default(0),
    deliveries: integer("deliveries").notNull().default(0),
    contacts: integer("contacts").notNull().default(0),
    contactsLeft: integer("contacts_left").notNull().default(0),
    waiting: integer("waiting").notNull().default(0),
    running: integer("running").notNull().default(0),
    held: integer("held").notNull().default(0),
    done: integer("done").notNull().default(0),
    failed: integer("failed").notNull().default(0),
    dropped: integer("dropped").notNull().default(0),
    speed: real("speed"),
    countedAt: moment("counted_at"),
    decision: text("decision").$type<"hold" | "release" | "drop">(),
    reason: text("reason"),
    actor: text("actor"),
    decidedAt: moment("decided_at"),
  },
  (table) => [
    uniqueIndex("floods_taking").on(table.connectionId, table.kind).where(sql`${table.endedAt} is null`),
    index("floods_open").on(table.connectionId).where(sql`${table.closedAt} is null`),
    index("floods_connection").on(table.connectionId, table.id),
  ],
);

/** How many deliveries that mean work a connection received in each slice of ten seconds; kept for an hour. */
export const floodRates = pgTable(
  "flood_rates",
  {
    connectionId: uuid("connection_id").notNull(),
    at: moment("at").notNull(),
    deliveries: integer("deliveries").notNull(),
    adds: integer("adds").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.at] })],
);
