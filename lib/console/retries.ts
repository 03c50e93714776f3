import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { retries } from "#db/schema/deliveries.ts";
import type { Retries } from "../api/delivery-shapes.ts";
import { audit } from "../auth/audit.ts";
import { AppError } from "../errors.ts";
import { planBulkRetry } from "../sync/bulk-retry.ts";
import { retryableStatuses } from "../words.ts";
import { type Selection, whereCollected } from "./delivery-filter.ts";
import { notFound } from "./not-found.ts";

const retryable = sql`o.status in ${[...retryableStatuses]} and o.contact_ref is not null and o.connection_id is not null`;

/**
 * Counts what a bulk retry would run again and, unless `dryRun`, starts it. It covers the deliveries that match now, not
 * those that come later. A filter that names nothing is refused: it would run the whole log again.
 */
export async function createRetries(
  db: Db,
  { filter, dryRun = false }: { filter: Selection; dryRun?: boolean },
  actor: string,
): Promise<Retries> {
  if (Object.values(filter).every(isEmpty)) {
    throw new AppError("invalid", "filter: Name at least one condition, such as a status or a time range.");
  }
  const where = sql`${whereCollected(filter)} and ${retryable}`;
  const [counted] = await db.execute<{ total: number }>(
    sql`select count(*)::int as total from outcomes o where ${where}`,
  );
  const total = counted?.total ?? 0;
  if (dryRun) return { id: null, total, ...nothingYet, state: "planned", createdAt: null, finishedAt: null };
  const stored = { ...filter, status: filter.status?.join(",") };
  const id = await db.transaction(async (tx) => {
    const which = sql`delivery_id in (select o.delivery_id from outcomes o where ${where})`;
    const planned = await planBulkRetry(tx, which, { filter: stored, actor });
    await audit(tx, actor, "retried_many", "retries", planned.id, { filter: stored, total: planned.total });
    return planned.id;
  });
  return getRetries(db, id);
}

type Counted = { done: number; failed: number; open: number; lastAt: string | null };

const nothingYet = { done: 0, failed: 0, waiting: 0 };
const isEmpty = (value: string | string[] | undefined): boolean =>
  value === undefined || (typeof value === "string" ? value.trim() : value).length === 0;

/** How far a bulk retry is, counted from the outcomes of its deliveries. */
export async function getRetries(db: Db, id: string): Promise<Retries> {
  const [row] = await db.select().from(retries).where(eq(retries.id, id));
  if (!row) throw notFound("bulk retry");
  const [counted] = await db.execute<Counted>(sql`
    select count(*) filter (where status not in ('failed', 'dead', 'partly_synced', 'queued', 'running'))::int as done,
      count(*) filter (where status in ('failed', 'dead', 'partly_synced'))::int as failed,
      count(*) filter (where status in ('queued', 'running'))::int as open, max(finished_at) as "lastAt"
    from outcomes where retry_id = ${id}`);
  const { done = 0, failed = 0, open = 0, lastAt = null } = counted ?? {};
  const unissued = row.state === "running" ? Math.max(0, row.total - row.issued) : 0;
  // The row says when the last delivery was queued; the retry is over when the last one has run.
  const endedAt = Math.max(row.finishedAt?.getTime() ?? 0, lastAt ? new Date(lastAt).getTime() : 0);
  return {
    id,
    total: row.total,
    done,
    failed,
    waiting: open + unissued,
    state: row.state === "done" && open > 0 ? "running" : row.state,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt && open === 0 ? new Date(endedAt).toISOString() : null,
  };
}

/** Starts no more of a bulk retry; what is queued already runs. A second time changes nothing. */
export async function abortRetries(db: Db, id: string, actor: string): Promise<Retries> {
  await db.transaction(async (tx) => {
    const aborted = await tx
      .update(retries)
      .set({ state: "aborted", finishedAt: sql`now()` })
      .where(and(eq(retries.id, id), eq(retries.state, "running"), isNull(retries.finishedAt)))
      .returning({ id: retries.id });
    if (aborted.length > 0) await audit(tx, actor, "aborted", "retries", id);
  });
  return getRetries(db, id);
}
