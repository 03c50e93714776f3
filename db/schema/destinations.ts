import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, idColumn, moment } from "./columns.ts";

/**
 * Where members are pushed. `settings` are read by the kind, `secrets` are sealed, `learned` is what calls found out.
 * `paused` by a person; `stopped` because only a person can mend what is wrong (`reason`). One pump at a time works for
 * a destination: `pumpId` holds it while `pumpBeatAt` is fresh.
 */
export const destinations = pgTable("destinations", {
  id: idColumn(),
  kind: text("kind").notNull(),
  name: text("name").notNull(),
  settings: jsonb("settings").$type<Record<string, unknown>>().notNull(),
  secrets: bytea("secrets").notNull(),
  learned: jsonb("learned").$type<Record<string, string>>().notNull().default({}),
  ratePerMinute: integer("rate_per_minute").notNull(),
  concurrency: integer("concurrency").notNull(),
  state: text("state").$type<"active" | "paused" | "stopped">().notNull().default("active"),
  reason: text("reason"),
  detail: text("detail"),
  stateAt: moment("state_at").notNull().defaultNow(),
  stateBy: text("state_by"),
  lastTest: jsonb("last_test").$type<Record<string, unknown> | null>(),
  pumpId: uuid("pump_id"),
  pumpBeatAt: moment("pump_beat_at"),
  createdAt: moment("created_at").notNull().defaultNow(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});

/**
 * What each destination knows of each member, and what it is still owed. `digest` and `sent` are what was delivered
 * last; `version` rises with every wish, so that one which comes during a push is followed by another. `failed` is
 * tried again at `dueAt`; `dead` and `refused` wait for a person. `partReason` is what the site could not take.
 * `password` is sealed, and goes with the push that delivers it. `onlyEveryone`: nothing but "push everyone" wants it.
 */
export const pushTargets = pgTable(
  "push_targets",
  {
    destinationId: uuid("destination_id")
      .notNull()
      .references(() => destinations.id, { onDelete: "cascade" }),
    memberId: uuid("member_id").notNull(),
    externalId: text("external_id"),
    memory: jsonb("memory").$type<Record<string, string>>().notNull().default({}),
    digest: text("digest"),
    sent: jsonb("sent").$type<Record<string, unknown> | null>(),
    pushedAt: moment("pushed_at"),
    want: text("want").$type<"push" | "unlink">().notNull().default("push"),
    state: text("state").$type<"idle" | "due" | "running" | "failed" | "dead" | "refused">().notNull(),
    forced: boolean("forced").notNull().default(false),
    version: integer("version").notNull().default(1),
    priority: integer("priority").notNull(),
    dueAt: moment("due_at").notNull(),
    wantedAt: moment("wanted_at").notNull(),
    attempts: integer("attempts").notNull().default(0),
    reason: text("reason"),
    detail: text("detail"),
    partReason: text("part_reason"),
    password: bytea("password"),
    passwordWhy: text("password_why").$type<"new" | "reset">(),
    pumpId: uuid("pump_id"),
    syncIds: uuid("sync_ids").array().notNull().default(sql`'{}'`),
    everyoneId: uuid("everyone_id"),
    onlyEveryone: boolean("only_everyone").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.destinationId, table.memberId] }),
    index("push_targets_due")
      .on(table.destinationId, table.priority, table.dueAt)
      .where(sql`${table.state} in ('due', 'failed')`),
    index("push_targets_state").on(table.destinationId, table.state),
    index("push_targets_member").on(table.memberId),
    index("push_targets_everyone").on(table.everyoneId).where(sql`${table.everyoneId} is not null`),
  ],
);

/** One attempt to push one member to one destination: the step `pushed to X` of the runs in `syncIds`. */
export const pushes = pgTable(
  "pushes",
  {
    id: idColumn(),
    destinationId: uuid("destination_id").notNull(),
    memberId: uuid("member_id").notNull(),
    syncIds: uuid("sync_ids").array().notNull(),
    attempt: integer("attempt").notNull(),
    startedAt: moment("started_at").notNull(),
    ms: real("ms").notNull(),
    status: text("status")
      .$type<"done" | "unchanged" | "skipped" | "failed" | "dead" | "refused" | "stopped">()
      .notNull(),
    made: boolean("made").notNull().default(false),
    changes: text("changes").array().notNull(),
    reason: text("reason"),
    detail: text("detail"),
  },
  (table) => [
    index("pushes_member").on(table.memberId, table.id),
    index("pushes_destination").on(table.destinationId, table.id),
  ],
);

/**
 * "Push everyone again": its targets carry the id. At most one is open for a destination. `done` and `failed` are counted
 * from the targets while it runs, and written when it ends.
 */
export const everyones = pgTable(
  "everyones",
  {
    id: idColumn(),
    destinationId: uuid("destination_id")
      .notNull()
      .references(() => destinations.id, { onDelete: "cascade" }),
    total: integer("total").notNull(),
    done: integer("done"),
    failed: integer("failed"),
    actor: text("actor").notNull(),
    state: text("state").$type<"running" | "done" | "aborted">().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    finishedAt: moment("finished_at"),
  },
  (table) => [uniqueIndex("everyones_open").on(table.destinationId).where(sql`${table.state} = 'running'`)],
);
