import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AlertKind } from "#lib/care/alerts/kinds.ts";
import { bytea, idColumn, moment } from "./columns.ts";
import { connections } from "./connections.ts";

/** What a person is told about an alert. `safe` is what is not lost, `remedy` what to do, `path` the page that helps. */
export type AlertText = {
  title: string;
  safe: string;
  remedy: string;
  path: string;
  action: string;
};

/**
 * One row per time that something went wrong. It is seen first (`firstSeenAt`), opens when it held for a moment, and
 * closes when it stayed away for a while; of one `key` at most one row is not closed.
 */
export const alerts = pgTable(
  "alerts",
  {
    id: idColumn(),
    kind: text("kind").$type<AlertKind>().notNull(),
    key: text("key").notNull(),
    connectionId: uuid("connection_id"),
    level: text("level").$type<"bad" | "wait">().notNull(),
    text: jsonb("text").$type<AlertText>().notNull(),
    firstSeenAt: moment("first_seen_at").notNull(),
    lastSeenAt: moment("last_seen_at").notNull(),
    openedAt: moment("opened_at"),
    /** Null while nobody was told that it is open, because it is muted. */
    toldAt: moment("told_at"),
    closedAt: moment("closed_at"),
    mutedBy: text("muted_by"),
  },
  (table) => [
    uniqueIndex("alerts_current").on(table.key).where(sql`${table.closedAt} is null`),
    index("alerts_history").on(table.id).where(sql`${table.openedAt} is not null`),
  ],
);

/** From when on something is an alert, where an owner chose another limit than the default (`lib/care/alerts/limits.ts`). */
export const alertLimits = pgTable("alert_limits", {
  name: text("name").primaryKey(),
  value: integer("value").notNull(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});

/** Nobody is told of a kind of alert, or of one alert by its key, until a moment. */
export const alertMutes = pgTable(
  "alert_mutes",
  {
    id: idColumn(),
    kind: text("kind").$type<AlertKind>(),
    key: text("key"),
    until: moment("until").notNull(),
    actor: text("actor").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    endedAt: moment("ended_at"),
  },
  (table) => [index("alert_mutes_current").on(table.until).where(sql`${table.endedAt} is null`)],
);

/** Where alerts are told. `sealed` is the address that is a secret, and the signing secret; `shown` names it for people. */
export const alertChannels = pgTable("alert_channels", {
  id: idColumn(),
  kind: text("kind").$type<"email" | "slack" | "http">().notNull(),
  name: text("name").notNull(),
  shown: text("shown").notNull(),
  sealed: bytea("sealed").notNull(),
  /** Kinds of alert that are told here; null is every kind. */
  alertKinds: text("alert_kinds").array().$type<AlertKind[]>(),
  enabled: boolean("enabled").notNull().default(true),
  lastSentAt: moment("last_sent_at"),
  failingSince: moment("failing_since"),
  lastError: text("last_error"),
  createdAt: moment("created_at").notNull().defaultNow(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});

/** The outbox: one row per transition of an alert and channel, kept as its history. `claimedUntil` is its sender's lease. */
export const alertSends = pgTable(
  "alert_sends",
  {
    id: idColumn(),
    alertId: uuid("alert_id").references(() => alerts.id, { onDelete: "cascade" }),
    channelId: uuid("channel_id")
      .notNull()
      .references(() => alertChannels.id, { onDelete: "cascade" }),
    transition: text("transition").$type<"opened" | "closed" | "test">().notNull(),
    message: jsonb("message").$type<Record<string, unknown>>().notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextAt: moment("next_at"),
    claimedUntil: moment("claimed_until"),
    sentAt: moment("sent_at"),
    error: text("error"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("alert_sends_once").on(table.alertId, table.channelId, table.transition),
    index("alert_sends_due").on(table.nextAt).where(sql`${table.nextAt} is not null`),
  ],
);

/** Work on a schedule that one process at a time takes: when each was taken last. */
export const careRounds = pgTable("care_rounds", {
  name: text("name").primaryKey(),
  at: moment("at").notNull(),
});

/**
 * What the last look at a connection's webhook in the CRM found, and what was done about it. `found` is what was wrong
 * (`missing`, `inactive`, `url`, `events`, `sources`, `list`); `lostSince` is null while the webhook is in order.
 */
export const registrationChecks = pgTable("registration_checks", {
  connectionId: uuid("connection_id")
    .primaryKey()
    .references(() => connections.id, { onDelete: "cascade" }),
  takenAt: moment("taken_at").notNull(),
  checkedAt: moment("checked_at"),
  state: text("state").$type<"ok" | "repaired" | "lost" | "unknown">().notNull().default("unknown"),
  found: text("found").array().notNull().default(sql`'{}'`),
  reason: text("reason"),
  detail: text("detail"),
  lostSince: moment("lost_since"),
  repairedAt: moment("repaired_at"),
  repairedFound: text("repaired_found").array().notNull().default(sql`'{}'`),
  repairs: integer("repairs").notNull().default(0),
});

/** How many webhooks came for a connection in ten minutes of its recent past: its own idea of usual. */
export const arrivals = pgTable(
  "arrivals",
  {
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    at: moment("at").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.at] })],
);

/** Connections that have been silent for longer than usual. `usualPerHour` is null where only the gaps are known. */
export const silences = pgTable("silences", {
  connectionId: uuid("connection_id")
    .primaryKey()
    .references(() => connections.id, { onDelete: "cascade" }),
  since: moment("since").notNull(),
  usual: text("usual").notNull(),
  noticedAt: moment("noticed_at").notNull().defaultNow(),
});
