import { type SQL, sql } from "drizzle-orm";
import { uuidv7Floor } from "../ids.ts";
import type { Status } from "../words.ts";

export const retentionKinds = [
  "contents",
  "deliveries",
  "refused",
  "runs",
  "timings",
  "retries",
  "member_changes",
  "care",
  "audit",
  "key_uses",
] as const;
/**
 * What is kept for a time of its own. `contents` are bodies, queries and headers of deliveries that stay otherwise,
 * `care` is what watching over the connections left: alerts, mutes, floods, guards, outages, sweeps, audits and drift.
 */
export type RetentionKind = (typeof retentionKinds)[number];

/** Days each kind is kept; null is for ever (for contents: as long as their delivery). */
export type RetentionRules = Record<RetentionKind, number | null>;

export const defaultRules: RetentionRules = {
  contents: null,
  deliveries: 90,
  refused: 14,
  runs: 90,
  timings: 90,
  retries: 90,
  member_changes: 400,
  care: 180,
  audit: 400,
  key_uses: 400,
};

/** What somebody still works on, or waits for; it stays whatever its age. */
export const openStatuses = ["queued", "held", "running", "failed"] satisfies Status[];
export const refusedStatuses = ["rejected", "unreadable"] satisfies Status[];
export const acceptedStatuses = [
  "synced",
  "partly_synced",
  "dead",
  "skipped",
  "duplicate",
  "filtered",
] satisfies Status[];

/** Stands in place of a body whose time is over. */
export const removedMark = Buffer.from("[removed: the time for contents is over]");

/** Rows of one table that go when they are older than a moment. */
export type OldRows = { table: string; where: (until: Date) => SQL };

const older = (column: string, until: Date): SQL => sql`${sql.raw(column)} < ${uuidv7Floor(until)}::uuid`;
const endedRetries = (until: Date): SQL => sql`state <> 'running' and ${older("id", until)}`;

/** The kinds that are plain rows, in the order in which their tables are emptied. Ids begin with the time they were made. */
export const plainRows: Partial<Record<RetentionKind, readonly OldRows[]>> = {
  runs: [
    {
      table: "syncs",
      where: (until) => sql`${older("id", until)} and finished_at is not null and not exists (
        select from outcomes o where o.connection_id = syncs.connection_id and o.contact_ref = syncs.contact_ref
          and o.status in ${openStatuses})`,
    },
    { table: "pushes", where: (until) => older("id", until) },
    { table: "everyones", where: (until) => sql`${older("id", until)} and finished_at is not null` },
  ],
  timings: [{ table: "commits", where: (until) => older("id", until) }],
  retries: [
    {
      table: "retry_items",
      where: (until) => sql`retry_id in (select id from retries where ${endedRetries(until)})`,
    },
    { table: "retries", where: endedRetries },
  ],
  member_changes: [{ table: "member_changes", where: (until) => older("id", until) }],
  care: [
    {
      table: "alert_sends",
      where: (until) => sql`${older("id", until)} and alert_id is null and next_at is null`,
    },
    ...(["alerts", "floods", "loop_guards"] as const).map((table) => ({
      table,
      where: (until: Date) => sql`${older("id", until)} and closed_at < ${until.toISOString()}::timestamptz`,
    })),
    {
      table: "outages",
      where: (until) => sql`${older("id", until)} and ended_at < ${until.toISOString()}::timestamptz`,
    },
    {
      table: "alert_mutes",
      where: (until) =>
        sql`${older("id", until)} and coalesce(ended_at, until) < ${until.toISOString()}::timestamptz`,
    },
    ...(["drifts", "sweeps", "audits"] as const).map((table) => ({
      table,
      where: (until: Date) =>
        sql`${older("id", until)} and finished_at < ${until.toISOString()}::timestamptz`,
    })),
    {
      table: "drift_fixes",
      where: (until) =>
        sql`${older("id", until)} and not exists (select from drifts d where d.fix_id = drift_fixes.id
          and (d.finished_at is null or d.finished_at >= ${until.toISOString()}::timestamptz))`,
    },
  ],
  audit: [
    { table: "audit_log", where: (until) => older("id", until) },
    { table: "retention_runs", where: (until) => sql`${older("id", until)} and finished_at is not null` },
    { table: "erasures", where: (until) => sql`${older("id", until)} and finished_at is not null` },
  ],
  key_uses: [
    {
      table: "key_uses",
      where: (until) => sql`day < (${until.toISOString()}::timestamptz at time zone 'UTC')::date`,
    },
  ],
};
