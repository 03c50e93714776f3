import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Reconciliation, Sweep } from "../api/reconcile-shapes.ts";
import { audit } from "../auth/audit.ts";
import { requestSweep } from "../care/request-sweep.ts";
import { nextSweepAt } from "../care/sweep-begin.ts";
import { crms } from "../crm/registry.ts";
import { connectionRow } from "./connections.ts";
import { latestAudit } from "./reconcile-audits.ts";
import { iso, isoOrNull, whyOf } from "./reconcile-words.ts";

const shown = 20;

type SweepRow = Omit<Sweep, "since" | "startedAt" | "finishedAt" | "nextTryAt" | "why"> &
  Record<"since" | "startedAt", string> &
  Record<"finishedAt" | "nextTryAt", string | null>;

/** The last sweeps of a connection, newest first, with what became of the drift that each found. */
export async function listSweeps(
  db: Db,
  connectionId: string,
): Promise<{ items: Sweep[]; nextCursor: null }> {
  const { kind } = await connectionRow(db, connectionId);
  return { items: await readSweeps(db, connectionId, crms[kind].label, shown), nextCursor: null };
}

async function readSweeps(db: Db, connectionId: string, crm: string, limit: number): Promise<Sweep[]> {
  const rows = await db.execute<SweepRow>(sql`
    select s.id, s.connection_id as "connectionId", s.cause, s.actor, s.fixes, s.state, s.since, s.listed, s.asked,
      s.drifted, found.fixed, found.waiting, s.reason, s.detail, s.started_at as "startedAt",
      s.finished_at as "finishedAt", case when s.finished_at is null and s.reason is not null then (
        select run_at from graphile_worker.jobs j where j.key = 'sweep:' || s.connection_id::text) end as "nextTryAt"
    from sweeps s, lateral (
      select count(*) filter (where d.state in ('fixed', 'settled'))::int as fixed,
        count(*) filter (where d.state in ('queued', 'running'))::int as waiting
      from drifts d where d.sweep_id = s.id) as found
    where s.connection_id = ${connectionId} order by s.id desc limit ${limit}`);
  return rows.map(({ since, startedAt, finishedAt, nextTryAt, ...row }) => ({
    ...row,
    why: whyOf(row.reason, row.detail, crm),
    since: iso(since),
    startedAt: iso(startedAt),
    finishedAt: isoOrNull(finishedAt),
    nextTryAt: isoOrNull(nextTryAt),
  }));
}

/** How a connection looks for missed webhooks, what the last look found, and when the next one is. */
export async function getReconciliation(db: Db, connectionId: string): Promise<Reconciliation> {
  const row = await connectionRow(db, connectionId);
  const [now] = await db.execute<{
    requested: boolean;
    nextAt: string;
    open: number;
    members: number;
  }>(sql`
    select coalesce(m.requested_at is not null, false) as requested, ${nextSweepAt} as "nextAt",
      (select count(*) from drifts d where d.connection_id = c.id and d.state = 'open')::int as open,
      (select count(*) from member_contacts l where l.connection_id = c.id)::int as members
    from connections c left join sweep_marks m on m.connection_id = c.id where c.id = ${connectionId}`);
  const [sweep = null] = await readSweeps(db, connectionId, crms[row.kind].label, 1);
  return {
    setting: row.reconcile,
    minutes: row.reconcileMinutes,
    sweep,
    requested: now?.requested ?? false,
    nextAt: row.reconcile === "off" || !now ? null : iso(now.nextAt),
    audit: await latestAudit(db, connectionId),
    open: now?.open ?? 0,
    members: now?.members ?? 0,
  };
}

/** Asks for a sweep now. One that runs is followed by another, since it may have passed what the person means. */
export async function startSweep(db: Db, connectionId: string, actor: string): Promise<Reconciliation> {
  await connectionRow(db, connectionId);
  await db.transaction(async (tx) => {
    await requestSweep(tx, connectionId, "person", actor);
    await audit(tx, actor, "swept", "connection", connectionId);
  });
  return getReconciliation(db, connectionId);
}
