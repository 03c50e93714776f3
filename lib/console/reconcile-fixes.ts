import { eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { driftFixes } from "#db/schema/reconcile.ts";
import type { Fixes, FixesCreate } from "../api/reconcile-shapes.ts";
import { audit } from "../auth/audit.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { enqueueSync } from "../queue/enqueue.ts";
import { connectionRow } from "./connections.ts";
import { notFound } from "./not-found.ts";

/**
 * Queues a sync for chosen differences, or for every open one of the connection that a sync can put right. Rows and
 * syncs are queued together. One that failed is tried again when it is chosen. AppError("conflict") when none is left.
 */
export async function createFixes(db: Db, given: FixesCreate, actor: string): Promise<Fixes> {
  const { connectionId, driftIds } = given;
  await connectionRow(db, connectionId);
  const id = uuidv7();
  const which = driftIds
    ? sql`d.id in ${driftIds} and (d.state = 'open' or (d.state = 'failed' and d.id = (
        select e.id from drifts e where e.connection_id = d.connection_id and e.contact_id = d.contact_id
        order by e.id desc limit 1)))`
    : sql`d.state = 'open'`;
  await db.transaction(async (tx) => {
    const refs = await tx.execute<{ connectionId: string; contactRef: string }>(sql`
      update drifts d set state = 'queued', fix_id = ${id}, attempts = 0, finished_at = null
      where d.connection_id = ${connectionId} and d.contact_ref is not null and ${which}
      returning d.connection_id as "connectionId", d.contact_ref as "contactRef"`);
    if (refs.length === 0)
      throw new AppError("conflict", "Nothing of this is left to fix. Look at the list again.");
    await tx.insert(driftFixes).values({ id, connectionId, total: refs.length, actor });
    await enqueueSync(tx, refs, { priority: "retry" });
    await audit(tx, actor, "fixed", "drift", id, { connection: connectionId, total: refs.length });
  });
  return getFixes(db, id);
}

/** How far putting right is, counted from its differences. */
export async function getFixes(db: Db, id: string): Promise<Fixes> {
  const [row] = await db.select().from(driftFixes).where(eq(driftFixes.id, id));
  if (!row) throw notFound("fix");
  const [counted] = await db.execute<{ done: number; failed: number; waiting: number }>(sql`
    select count(*) filter (where state in ('fixed', 'settled'))::int as done,
      count(*) filter (where state = 'failed')::int as failed,
      count(*) filter (where state in ('queued', 'running'))::int as waiting
    from drifts where fix_id = ${id}`);
  const { done = 0, failed = 0, waiting = 0 } = counted ?? {};
  const state = waiting > 0 ? "running" : row.abortedAt ? "aborted" : "done";
  const { connectionId, total, createdAt } = row;
  return { id, connectionId, total, done, failed, waiting, state, createdAt: createdAt.toISOString() };
}

/** Puts no more right: what waits is open again, what runs is finished. A second time changes nothing. */
export async function abortFixes(db: Db, id: string, actor: string): Promise<Fixes> {
  await db.transaction(async (tx) => {
    const back = await tx.execute(sql`
      update drifts set state = 'open', fix_id = null where fix_id = ${id} and state = 'queued' returning 1`);
    if (back.length === 0) return;
    await tx.execute(sql`update drift_fixes set aborted_at = now() where id = ${id}`);
    await audit(tx, actor, "aborted", "drift", id, { left: back.length });
  });
  return getFixes(db, id);
}
