import { sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { type Removed, retentionRules, retentionRuns } from "#db/schema/retention.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import { lapsedDays, lapsedRows } from "./lapsed-rows.ts";
import { type Day, daysBefore, dropDay, dropDetachedDays } from "./retention-days.ts";
import {
  defaultRules,
  plainRows,
  type RetentionKind,
  type RetentionRules,
  retentionKinds,
} from "./retention-kinds.ts";
import {
  type Amount,
  countContents,
  countDeliveriesOver,
  countRows,
  isOpen,
  nothing,
  plus,
  removeContents,
  removeDeliveriesOver,
  removeOutcomes,
  removeRows,
} from "./retention-rows.ts";

const dayMs = 24 * 3600 * 1000;
const beginning = new Date(0);

/** The rules that hold: what an owner chose, and the defaults for the rest. */
export async function readRules(db: Tx): Promise<RetentionRules> {
  const rows = await db.select().from(retentionRules);
  const chosen = new Map(rows.map(({ kind, days }) => [kind, days]));
  const entries = retentionKinds.map((kind) => [
    kind,
    chosen.has(kind) ? (chosen.get(kind) ?? null) : defaultRules[kind],
  ]);
  // Every kind of the closed set has its entry.
  return Object.fromEntries(entries) as RetentionRules;
}

/** The moment before which things of a kind go; the beginning of time when they are kept for ever. */
const cutoff = (rules: RetentionRules, kind: RetentionKind, at: Date): Date => {
  const days = rules[kind];
  return days === null ? beginning : new Date(at.getTime() - days * dayMs);
};

/** What a clean-up at `at` under these rules would remove of each kind; changes nothing. */
export async function previewRetention(
  db: Db,
  rules: RetentionRules,
  at: Date,
): Promise<Record<RetentionKind, Amount>> {
  const amounts = await Promise.all(
    retentionKinds.map(async (kind) => [kind, await previewKind(db, kind, rules, at)] as const),
  );
  // Every kind of the closed set has its entry.
  return Object.fromEntries(amounts) as Record<RetentionKind, Amount>;
}

async function previewKind(db: Db, kind: RetentionKind, rules: RetentionRules, at: Date): Promise<Amount> {
  if (rules[kind] === null) return nothing;
  const until = cutoff(rules, kind, at);
  if (kind === "contents") return countContents(db, { from: cutoff(rules, "deliveries", at), until });
  if (kind === "deliveries" || kind === "refused")
    return countDeliveriesOver(db, kind, { from: null, until });
  const counts = await Promise.all((plainRows[kind] ?? []).map((rows) => countRows(db, rows, until)));
  return counts.reduce(plus, nothing);
}

/**
 * Removes what is over under the rules that hold now, and records it: in `run` when a person asked for it, otherwise in
 * a row of its own. Safe to run again after a stop at any place; the task's queue lets one run at a time.
 */
export async function runRetention(db: Db, runId: string | null, at = new Date()): Promise<Removed> {
  const rules = await readRules(db);
  const id = runId ?? uuidv7();
  await db.execute(sql`
    update retention_runs set state = 'failed', detail = 'stopped', finished_at = now()
    where state = 'running' and id <> ${id}`);
  await db
    .insert(retentionRuns)
    .values({ id, actor: "schedule", state: "running", rules, days: [], startedAt: sql`now()` })
    .onConflictDoUpdate({
      target: retentionRuns.id,
      set: { state: "running", rules, startedAt: sql`now()` },
    });
  const removed: Removed = {};
  const note = async (kind: RetentionKind, more: Amount, day: string | null = null) => {
    removed[kind] = plus(removed[kind] ?? nothing, more);
    await db.execute(sql`
      update retention_runs set removed = ${JSON.stringify(removed)}::text::jsonb,
        days = days || ${day === null ? sql`'{}'::text[]` : sql`array[${day}]`}
      where id = ${id}`);
  };
  await dropDetachedDays(db);
  for (const kind of order) await removeKind(db, kind, rules, at, note);
  const lapsed = new Date(at.getTime() - lapsedDays * dayMs);
  for (const rows of lapsedRows) await removeRows(db, rows, lapsed);
  await db.execute(sql`update retention_runs set state = 'done', finished_at = now() where id = ${id}`);
  log.info({ removed }, "retention.done");
  return removed;
}

/** Refused ones first: what is left of an old day can then go as a whole. */
const order: readonly RetentionKind[] = [
  "refused",
  "deliveries",
  ...retentionKinds.filter((kind) => kind !== "refused" && kind !== "deliveries"),
];

type Note = (kind: RetentionKind, more: Amount, day?: string) => Promise<void>;

async function removeKind(
  db: Db,
  kind: RetentionKind,
  rules: RetentionRules,
  at: Date,
  note: Note,
): Promise<void> {
  if (rules[kind] === null) return;
  const until = cutoff(rules, kind, at);
  if (kind === "refused") return note(kind, await removeDeliveriesOver(db, kind, { from: null, until }));
  if (kind === "contents") return note(kind, await removeContents(db, { from: null, until }));
  if (kind !== "deliveries") {
    for (const rows of plainRows[kind] ?? []) await note(kind, await removeRows(db, rows, until));
    return;
  }
  const refused = cutoff(rules, "refused", at);
  for (const day of await daysBefore(db, new Date(Math.min(Number(refused), Number(until)))))
    await removeDay(db, day, note);
  await note(kind, await removeDeliveriesOver(db, kind, { from: null, until }));
}

/** A day in which something is open keeps its table; what is over in it goes row by row afterwards. */
async function removeDay(db: Db, day: Day, note: Note): Promise<void> {
  if (await isOpen(db, day.span)) return;
  const over = await countDeliveriesOver(db, "deliveries", day.span);
  await removeOutcomes(db, day.span);
  if (await dropDay(db, day)) await note("deliveries", over, day.name);
}
