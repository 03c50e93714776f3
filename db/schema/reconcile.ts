import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { idColumn, moment } from "./columns.ts";
import type { MemberChanges } from "./syncs.ts";

/** Why a sweep ran. */
export type SweepCause =
  | "schedule"
  | "person"
  | "door_down"
  | "door_stalled"
  | "spool_used"
  | "webhook_missing"
  | "webhook_off";

/**
 * Where the sweeps of a connection stand. `cursor` is the latest change that the CRM has shown, on its own clock, and
 * `witness` the contact of that change, which the next sweep must list again. `widened`: the account misread the time
 * of the filter once, so a day more is asked for. `requestedAt` is a sweep that is owed beside the schedule.
 */
export const sweepMarks = pgTable("sweep_marks", {
  connectionId: uuid("connection_id").primaryKey(),
  cursor: moment("cursor"),
  witness: text("witness"),
  offset: text("offset"),
  widened: boolean("widened").notNull().default(false),
  requestedAt: moment("requested_at"),
  requestedCause: text("requested_cause").$type<SweepCause>(),
  requestedBy: text("requested_by"),
});

/**
 * Sweeps of a connection, at most one open. `position` is the last contact that was looked at, `high` the latest change
 * so far; both move with each page, so that a crash loses at most one page.
 */
export const sweeps = pgTable(
  "sweeps",
  {
    id: idColumn(),
    connectionId: uuid("connection_id").notNull(),
    cause: text("cause").$type<SweepCause>().notNull(),
    actor: text("actor"),
    fixes: boolean("fixes").notNull(),
    state: text("state").$type<"running" | "done" | "failed">().notNull(),
    since: moment("since").notNull(),
    position: text("position").notNull().default("0"),
    high: moment("high"),
    highContact: text("high_contact"),
    sawWitness: boolean("saw_witness").notNull().default(false),
    widened: boolean("widened").notNull().default(false),
    pages: integer("pages").notNull().default(0),
    listed: integer("listed").notNull().default(0),
    asked: integer("asked").notNull().default(0),
    drifted: integer("drifted").notNull().default(0),
    attempts: integer("attempts").notNull().default(0),
    reason: text("reason"),
    detail: text("detail"),
    startedAt: moment("started_at").notNull(),
    movedAt: moment("moved_at").notNull(),
    finishedAt: moment("finished_at"),
  },
  (table) => [
    uniqueIndex("sweeps_open").on(table.connectionId).where(sql`${table.finishedAt} is null`),
    index("sweeps_connection").on(table.connectionId, table.id),
  ],
);

/** Audits of a connection, at most one open: every linked contact is read again. `position` is the last contact. */
export const audits = pgTable(
  "audits",
  {
    id: idColumn(),
    connectionId: uuid("connection_id").notNull(),
    actor: text("actor").notNull(),
    state: text("state").$type<"running" | "done" | "failed" | "aborted">().notNull(),
    position: text("position").notNull().default(""),
    total: integer("total").notNull(),
    checked: integer("checked").notNull().default(0),
    drifted: integer("drifted").notNull().default(0),
    gone: integer("gone").notNull().default(0),
    unread: integer("unread").notNull().default(0),
    attempts: integer("attempts").notNull().default(0),
    reason: text("reason"),
    detail: text("detail"),
    startedAt: moment("started_at").notNull(),
    movedAt: moment("moved_at").notNull(),
    finishedAt: moment("finished_at"),
  },
  (table) => [
    uniqueIndex("audits_open").on(table.connectionId).where(sql`${table.finishedAt} is null`),
    index("audits_connection").on(table.connectionId, table.id),
  ],
);

/**
 * A contact and a member that say different things. At most one row of a contact is unsettled. `contactRef` is the sync
 * that puts it right, null when none can; `syncId` the run that did. `fixed` was put right by a run that the row asked
 * for, `settled` by something else meanwhile.
 */
export const drifts = pgTable(
  "drifts",
  {
    id: idColumn(),
    connectionId: uuid("connection_id").notNull(),
    contactId: text("contact_id").notNull(),
    contactRef: text("contact_ref"),
    email: text("email").notNull(),
    memberId: uuid("member_id"),
    kind: text("kind").$type<"differs" | "unknown" | "gone" | "moved">().notNull(),
    changes: jsonb("changes").$type<MemberChanges | null>(),
    changedAt: moment("changed_at"),
    sweepId: uuid("sweep_id"),
    auditId: uuid("audit_id"),
    fixId: uuid("fix_id"),
    syncId: uuid("sync_id"),
    state: text("state")
      .$type<"open" | "queued" | "running" | "fixed" | "failed" | "settled" | "dismissed">()
      .notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextRetryAt: moment("next_retry_at"),
    reason: text("reason"),
    detail: text("detail"),
    foundAt: moment("found_at").notNull(),
    finishedAt: moment("finished_at"),
  },
  (table) => [
    uniqueIndex("drifts_unsettled")
      .on(table.connectionId, table.contactId)
      .where(sql`${table.state} in ('open', 'queued', 'running')`),
    index("drifts_ref")
      .on(table.connectionId, table.contactRef)
      .where(sql`${table.state} in ('open', 'queued', 'running')`),
    index("drifts_connection").on(table.connectionId, table.id),
    index("drifts_sweep").on(table.sweepId).where(sql`${table.sweepId} is not null`),
    index("drifts_audit").on(table.auditId).where(sql`${table.auditId} is not null`),
    index("drifts_fix").on(table.fixId).where(sql`${table.fixId} is not null`),
    index("drifts_member").on(table.memberId, table.id),
  ],
);

/** Drift that a person asked to put right together. */
export const driftFixes = pgTable("drift_fixes", {
  id: idColumn(),
  connectionId: uuid("connection_id").notNull(),
  total: integer("total").notNull(),
  actor: text("actor").notNull(),
  abortedAt: moment("aborted_at"),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** Processes that have a door, and when each was last seen; a start after a gap means that webhooks were lost. */
export const doorBeats = pgTable("door_beats", {
  id: idColumn(),
  host: text("host").notNull(),
  startedAt: moment("started_at").notNull(),
  beatAt: moment("beat_at").notNull(),
  stoppedAt: moment("stopped_at"),
});
