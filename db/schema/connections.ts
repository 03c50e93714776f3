import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, idColumn, moment } from "./columns.ts";

/**
 * One CRM account. `credentials` are sealed; `sideload` is whether tags and fields come with the contact list. A run
 * waits `quietMs` for more, at most `maxWaitMs`; more than `floodPerMinute` deliveries open a flood.
 */
export const connections = pgTable("connections", {
  id: idColumn(),
  name: text("name").notNull(),
  kind: text("kind").$type<"activecampaign">().notNull(),
  baseUrl: text("base_url").notNull(),
  credentials: bytea("credentials").notNull(),
  mode: text("mode").$type<"automation" | "event">().notNull(),
  events: text("events").array().notNull(),
  sources: text("sources").array().notNull(),
  listId: text("list_id"),
  createOnEvent: boolean("create_on_event").notNull().default(false),
  webhookId: text("webhook_id"),
  webhookKeyId: uuid("webhook_key_id"),
  defaultRole: text("default_role").notNull(),
  returnPasswordField: text("return_password_field"),
  fieldMap: jsonb("field_map").$type<{ from: string; to: string }[]>().notNull(),
  callsPerSecond: integer("calls_per_second").notNull(),
  callsPerMinute: integer("calls_per_minute"),
  callsPerDay: integer("calls_per_day"),
  quietMs: integer("quiet_ms").notNull().default(0),
  maxWaitMs: integer("max_wait_ms").notNull().default(30_000),
  floodPerMinute: integer("flood_per_minute").notNull().default(600),
  floodHold: boolean("flood_hold").notNull().default(false),
  batchDelaySeconds: integer("batch_delay_seconds").notNull().default(300),
  reconcile: text("reconcile").$type<"fix" | "report" | "off">().notNull().default("fix"),
  reconcileMinutes: integer("reconcile_minutes").notNull().default(60),
  sideload: text("sideload").$type<"unknown" | "yes" | "no">().notNull().default("unknown"),
  lastTest: jsonb("last_test").$type<Record<string, unknown> | null>(),
  createdAt: moment("created_at").notNull().defaultNow(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});

/**
 * The call budget of one CRM account (its kind and host), shared by all its connections and every process. `slots` are the reserved moments of the last calls;
 * the next call may start when the oldest of them is a second old. `minuteCalls` and `dayCalls` are of that minute and UTC day.
 */
export const budgets = pgTable("budgets", {
  account: text("account").primaryKey(),
  slots: moment("slots").array().notNull(),
  pausedUntil: moment("paused_until"),
  calls: bigint("calls", { mode: "number" }).notNull().default(0),
  refused: bigint("refused", { mode: "number" }).notNull().default(0),
  minute: moment("minute"),
  minuteCalls: integer("minute_calls").notNull().default(0),
  day: date("day", { mode: "string" }),
  dayCalls: integer("day_calls").notNull().default(0),
});

/** The secret inside a webhook URL, kept as its SHA-256. `roles` null: any role but the protected ones. */
export const accessKeys = pgTable(
  "access_keys",
  {
    id: idColumn(),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => connections.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    prefix: text("prefix").notNull(),
    hash: text("hash").notNull().unique(),
    purpose: text("purpose").$type<"automation" | "event">().notNull().default("automation"),
    actions: text("actions").array(),
    roles: text("roles").array(),
    allowedIps: text("allowed_ips").array(),
    waitSeconds: real("wait_seconds").notNull().default(0),
    weak: boolean("weak").notNull().default(false),
    expiresAt: moment("expires_at"),
    revokedAt: moment("revoked_at"),
    replacedBy: uuid("replaced_by"),
    lastUsedAt: moment("last_used_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("access_keys_connection").on(table.connectionId)],
);

/** Uses of a key, a row a day (UTC). */
export const keyUses = pgTable(
  "key_uses",
  {
    keyId: uuid("key_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    uses: integer("uses").notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.day] })],
);
