import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Audit } from "../api/reconcile-shapes.ts";
import { audit as note } from "../auth/audit.ts";
import { enqueueStep } from "../care/request-sweep.ts";
import { crms } from "../crm/registry.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { connectionRow } from "./connections.ts";
import { notFound } from "./not-found.ts";
import { iso, isoOrNull, whyOf } from "./reconcile-words.ts";

/**
 * Starts an audit of all members with a link of this connection. One at a time: AppError("conflict") while another
 * runs, which the unique index decides.
 */
export async function startAudit(db: Db, connectionId: string, actor: string): Promise<Audit> {
  await connectionRow(db, connectionId);
  const id = uuidv7();
  await db.transaction(async (tx) => {
    const started = await tx.execute<{ total: number }>(sql`
      insert into audits (id, connection_id, actor, state, total, started_at, moved_at)
      select ${id}, ${connectionId}, ${actor}, 'running', count(*), clock_timestamp(), clock_timestamp()
      from member_contacts where connection_id = ${connectionId}
      on conflict (connection_id) where finished_at is null do nothing returning total`);
    if (started.length === 0)
      throw new AppError(
        "conflict",
        "An audit of this connection is running. Wait for it, or stop it first.",
      );
    await enqueueStep(tx, "audit", id);
    await note(tx, actor, "audited", "connection", connectionId, { audit: id, total: started[0]?.total });
  });
  return getAudit(db, id);
}

/** How far an audit is. */
export async function getAudit(db: Db, id: string): Promise<Audit> {
  const [found] = await readAudits(db, sql`a.id = ${id}`);
  if (!found) throw notFound("audit");
  return found;
}

/** The latest audit of a connection. */
export async function latestAudit(db: Db, connectionId: string): Promise<Audit | null> {
  const [found = null] = await readAudits(db, sql`a.connection_id = ${connectionId}`);
  return found;
}

type Row = Omit<Audit, "startedAt" | "finishedAt" | "nextTryAt" | "why"> & {
  startedAt: string;
  finishedAt: string | null;
  nextTryAt: string | null;
  crm: keyof typeof crms;
};

async function readAudits(db: Db, where: ReturnType<typeof sql>): Promise<Audit[]> {
  const rows = await db.execute<Row>(sql`
    select a.id, a.connection_id as "connectionId", a.actor, a.state, a.total, a.checked, a.drifted, a.gone, a.unread,
      a.reason, a.detail, a.started_at as "startedAt", a.finished_at as "finishedAt",
      case when a.finished_at is null and a.reason is not null then (
        select run_at from graphile_worker.jobs j where j.key = 'audit:' || a.id::text) end as "nextTryAt", c.kind as crm
    from audits a join connections c on c.id = a.connection_id where ${where} order by a.id desc limit 1`);
  return rows.map(({ crm, ...row }) => ({
    ...row,
    why: whyOf(row.reason, row.detail, crms[crm].label),
    // Members that were linked while it ran are read too.
    total: Math.max(row.total, row.checked),
    startedAt: iso(row.startedAt),
    finishedAt: isoOrNull(row.finishedAt),
    nextTryAt: isoOrNull(row.nextTryAt),
  }));
}

/** Reads no more contacts; what was found stays in the report. A second time changes nothing. */
export async function abortAudit(db: Db, id: string, actor: string): Promise<Audit> {
  await db.transaction(async (tx) => {
    const aborted = await tx.execute<{ connectionId: string }>(sql`
      update audits set state = 'aborted', finished_at = clock_timestamp() where id = ${id} and state = 'running'
      returning connection_id as "connectionId"`);
    if (aborted[0]) await note(tx, actor, "aborted", "audit", id, { connection: aborted[0].connectionId });
  });
  return getAudit(db, id);
}
