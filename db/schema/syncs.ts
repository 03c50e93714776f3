import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, real, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { idColumn, moment } from "./columns.ts";

/** One timed hop of a delivery or sync. `startedAt` is ISO 8601, `ms` milliseconds. */
export type Step = {
  name: string;
  hop: "door" | "queue" | "crm" | "member" | "sites";
  status: "done" | "warn" | "failed" | "skipped" | "running" | "waiting";
  startedAt: string;
  ms: number;
  reason: string | null;
  detail: string | null;
};

/**
 * Runs of work, one contact each. An open row (no `finishedAt`) is the lease on the contact: at most one exists, and
 * `dirty` says that deliveries came while it ran, so that it runs once more.
 */
export const syncs = pgTable(
  "syncs",
  {
    id: idColumn(),
    connectionId: uuid("connection_id").notNull(),
    contactRef: text("contact_ref").notNull(),
    workerId: text("worker_id").notNull(),
    attempt: integer("attempt").notNull().default(1),
    dirty: boolean("dirty").notNull().default(false),
    startedAt: moment("started_at").notNull(),
    finishedAt: moment("finished_at"),
    status: text("status").notNull(),
    reason: text("reason"),
    detail: text("detail"),
    ms: real("ms"),
    memberId: uuid("member_id"),
    steps: jsonb("steps").$type<Step[]>().notNull().default([]),
    changes: jsonb("changes").$type<MemberChanges | null>(),
  },
  (table) => [
    uniqueIndex("syncs_open")
      .on(table.connectionId, table.contactRef)
      .where(sql`${table.finishedAt} is null`),
    index("syncs_member").on(table.memberId, table.id),
  ],
);

/** The difference that one run made to a member. Pairs are [before, after]; null is "was not there". */
export type MemberChanges = {
  created: boolean;
  email?: [string | null, string | null];
  login?: [string | null, string | null];
  role?: [string | null, string | null];
  firstName?: [string | null, string | null];
  lastName?: [string | null, string | null];
  tagsAdded: string[];
  tagsRemoved: string[];
  fields: Record<string, [string | null, string | null]>;
  password?: "generated" | "from_crm" | "chosen";
};
