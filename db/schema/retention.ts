import { integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { bytea, idColumn, moment } from "./columns.ts";

/** How long a kind of record is kept, where an owner chose another time than the default; `days` null is for ever. */
export const retentionRules = pgTable("retention_rules", {
  kind: text("kind").primaryKey(),
  days: integer("days"),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});

/** How much of a kind went, or would go: rows, and the bytes that they held. */
export type Removed = Record<string, { rows: number; bytes: number }>;

/** Clean-ups, one a night and one for each "Run now". `rules` is what held then; `days` are the daily parts that went. */
export const retentionRuns = pgTable("retention_runs", {
  id: idColumn(),
  actor: text("actor").notNull(),
  state: text("state").$type<"queued" | "running" | "done" | "failed">().notNull(),
  rules: jsonb("rules").$type<Record<string, number | null>>().notNull(),
  removed: jsonb("removed").$type<Removed>().notNull().default({}),
  days: text("days").array().notNull(),
  detail: text("detail"),
  createdAt: moment("created_at").notNull().defaultNow(),
  startedAt: moment("started_at"),
  finishedAt: moment("finished_at"),
});

/**
 * What became of one person at one site when they were erased: `told` to let them go, `left` by its settings, `unknown`
 * there, or `not_told`. Nothing in it names the person.
 */
export type ToldSite = {
  destinationId: string;
  name: string;
  site: string;
  status: "told" | "left" | "unknown" | "not_told";
  reason: string | null;
  detail: string | null;
};

/**
 * Erasures of one person. `subject` says sealed who it is, for as long as the erasure is not done; afterwards only the
 * keyed hash of the address is left. `step` and `cursor` are where it goes on after a stop. `sites` is null until the
 * sites were told, or their time was over.
 */
export const erasures = pgTable("erasures", {
  id: idColumn(),
  addressHash: text("address_hash").notNull(),
  subject: bytea("subject"),
  actor: text("actor").notNull(),
  state: text("state").$type<"queued" | "running" | "done">().notNull(),
  step: integer("step").notNull().default(0),
  cursor: text("cursor"),
  counts: jsonb("counts").$type<Record<string, number>>().notNull().default({}),
  sites: jsonb("sites").$type<ToldSite[] | null>(),
  createdAt: moment("created_at").notNull().defaultNow(),
  finishedAt: moment("finished_at"),
});
