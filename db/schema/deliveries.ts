import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
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
 * Requests as received. Append-only, never edited; partitioned by day of the id (see the first migration).
 * `verdict` is what the door decided; what became of a delivery later is its row in `outcomes`.
 */
export const deliveries = pgTable("deliveries", {
  id: idColumn(),
  commitId: uuid("commit_id").notNull(),
  receivedAt: moment("received_at").notNull(),
  readMs: real("read_ms").notNull(),
  keyMs: real("key_ms").notNull(),
  connectionId: uuid("connection_id"),
  keyId: uuid("key_id"),
  dialect: text("dialect").notNull(),
  action: text("action").notNull(),
  trigger: text("trigger").notNull(),
  contactId: text("contact_id"),
  email: text("email"),
  name: text("name"),
  event: text("event"),
  listId: text("list_id"),
  source: text("source"),
  verdict: text("verdict").notNull(),
  reason: text("reason"),
  detail: text("detail"),
  params: jsonb("params").$type<DeliveryParams>().notNull(),
  remoteAddress: text("remote_address").notNull(),
  method: text("method").notNull(),
  path: text("path").notNull(),
  query: text("query").notNull(),
  headers: jsonb("headers").$type<[string, string][]>().notNull(),
  body: bytea("body").notNull(),
});

/** What a URL or body asked for beside its action. */
export type DeliveryParams = { role?: string; sendNotification?: boolean; waitSeconds?: number };

/** One group commit of the door; written with a later one, since its own end is known only then. */
export const commits = pgTable("commits", {
  id: idColumn(),
  deliveries: integer("deliveries").notNull(),
  committedAt: moment("committed_at").notNull(),
  answeredAt: moment("answered_at").notNull(),
});

/** Deliveries that the worker has not collected yet, one row per group commit. */
export const inbox = pgTable("inbox", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  deliveryIds: uuid("delivery_ids").array().notNull(),
});

/**
 * What became of a delivery, and all the log is filtered by. A delivery without a row here is queued.
 * `attemptsBefore` counts the runs before a person's last retry, which starts the backoff afresh. With `released` a
 * person took it out of its flood: what becomes of the flood does not touch it.
 */
export const outcomes = pgTable(
  "outcomes",
  {
    deliveryId: uuid("delivery_id").primaryKey(),
    receivedAt: moment("received_at").notNull(),
    connectionId: uuid("connection_id"),
    keyId: uuid("key_id"),
    dialect: text("dialect").notNull(),
    action: text("action").notNull(),
    trigger: text("trigger").notNull(),
    contactRef: text("contact_ref"),
    contactId: text("contact_id"),
    email: text("email"),
    name: text("name"),
    params: jsonb("params").$type<DeliveryParams>().notNull(),
    status: text("status").notNull(),
    reason: text("reason"),
    detail: text("detail"),
    hop: text("hop").notNull(),
    attempts: integer("attempts").notNull().default(0),
    attemptsBefore: integer("attempts_before").notNull().default(0),
    nextRetryAt: moment("next_retry_at"),
    duplicateOf: uuid("duplicate_of"),
    syncIds: uuid("sync_ids").array().notNull().default(sql`'{}'`),
    memberId: uuid("member_id"),
    retryId: uuid("retry_id"),
    floodId: uuid("flood_id"),
    released: boolean("released").notNull().default(false),
    collectedAt: moment("collected_at").notNull(),
    finishedAt: moment("finished_at"),
    syncMs: real("sync_ms"),
    waitedMs: real("waited_ms"),
  },
  // The log is read backwards, newest first: an index that ends in the id, in its plain order, needs no sorting then.
  (table) => [
    // The log opens with floods folded: past a hundred thousand of one it is read here.
    index("outcomes_unfolded").on(table.deliveryId).where(sql`${table.floodId} is null`),
    index("outcomes_status").on(table.status, table.deliveryId),
    // What went wrong is looked for together with other filters: they are all answered here, without reading the rows.
    index("outcomes_failing")
      .on(
        table.status,
        table.deliveryId,
        table.connectionId,
        table.keyId,
        table.action,
        table.trigger,
        table.reason,
        table.floodId,
      )
      .where(sql`${table.status} in ('failed', 'dead', 'partly_synced', 'rejected', 'unreadable')`),
    index("outcomes_connection").on(table.connectionId, table.deliveryId),
    index("outcomes_action").on(table.action, table.deliveryId),
    index("outcomes_key").on(table.keyId, table.deliveryId),
    index("outcomes_contact").on(table.contactId, table.deliveryId),
    index("outcomes_email").on(sql`lower(${table.email}) text_pattern_ops`, table.deliveryId),
    index("outcomes_member").on(table.memberId, table.deliveryId),
    index("outcomes_trigger").on(table.trigger, table.deliveryId),
    index("outcomes_reason").on(table.reason, table.deliveryId).where(sql`${table.reason} is not null`),
    // A name is looked for by its beginning and by its last word.
    index("outcomes_name").on(sql`lower(${table.name}) text_pattern_ops`),
    // A last name that many have is looked for day by day.
    index("outcomes_last_name").on(
      sql`lower(split_part(${table.name}, ' ', -1)) text_pattern_ops`,
      sql`((${table.receivedAt} at time zone 'UTC')::date)`,
    ),
    index("outcomes_flood").on(table.floodId, table.deliveryId).where(sql`${table.floodId} is not null`),
    index("outcomes_flood_status")
      .on(table.floodId, table.status, table.deliveryId)
      .where(sql`${table.floodId} is not null`),
    index("outcomes_retry").on(table.retryId).where(sql`${table.retryId} is not null`),
    index("outcomes_sites")
      .on(table.memberId)
      .where(
        sql`${table.status} = 'partly_synced' or (${table.status} = 'running' and ${table.hop} = 'sites')`,
      ),
    index("outcomes_open")
      .on(table.connectionId, table.contactRef)
      .where(sql`${table.status} in ('queued', 'running', 'failed')`),
  ],
);

/**
 * A bulk retry. `issued` counts the planned deliveries that were queued again; `cursor` is the last of them. It is done
 * when all of them are.
 */
export const retries = pgTable("retries", {
  id: idColumn(),
  filter: jsonb("filter").$type<Record<string, unknown>>().notNull(),
  total: integer("total").notNull(),
  issued: integer("issued").notNull().default(0),
  cursor: uuid("cursor"),
  state: text("state").$type<"running" | "done" | "aborted">().notNull(),
  actor: text("actor").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  finishedAt: moment("finished_at"),
});

/** The deliveries that a bulk retry covers, fixed when it was planned. */
export const retryItems = pgTable(
  "retry_items",
  { retryId: uuid("retry_id").notNull(), deliveryId: uuid("delivery_id").notNull() },
  (table) => [primaryKey({ columns: [table.retryId, table.deliveryId] })],
);
