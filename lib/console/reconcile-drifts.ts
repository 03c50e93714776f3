import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Drift, DriftQuery, Drifts } from "../api/reconcile-shapes.ts";
import { audit } from "../auth/audit.ts";
import { crms } from "../crm/registry.ts";
import { AppError } from "../errors.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { notFound } from "./not-found.ts";
import { iso, isoOrNull, whyOf } from "./reconcile-words.ts";

const states: Record<DriftQuery["state"], SQL> = {
  unsettled: sql`(d.state in ('open', 'queued', 'running') or (d.state = 'failed' and not exists (
    select from drifts e where e.connection_id = d.connection_id and e.contact_id = d.contact_id and e.id > d.id)))`,
  settled: sql`d.state in ('fixed', 'settled', 'dismissed')`,
  all: sql`true`,
};

/** A page of the drift of a connection, newest first. */
export async function listDrifts(db: Db, query: DriftQuery): Promise<Drifts> {
  const { connection, sweep, audit: auditId, state, cursor, limit } = query;
  const where = [
    sql`d.connection_id = ${connection}`,
    states[state],
    ...(sweep ? [sql`d.sweep_id = ${sweep}`] : []),
    ...(auditId ? [sql`d.audit_id = ${auditId}`] : []),
    ...(cursor ? [sql`d.id < ${readCursor(cursor)}::uuid`] : []),
  ];
  const rows = await readDrifts(db, sql.join(where, sql` and `), limit + 1);
  const [counted] = await db.execute<{ open: number; fixable: number }>(sql`
    select count(*)::int as open, count(contact_ref)::int as fixable from drifts d
    where d.connection_id = ${connection} and d.state = 'open'`);
  return { ...pageOf(rows, limit), open: counted?.open ?? 0, fixable: counted?.fixable ?? 0 };
}

type Row = Omit<Drift, "foundAt" | "finishedAt" | "contactUrl" | "why"> & {
  foundAt: string;
  finishedAt: string | null;
  crm: keyof typeof crms | null;
  baseUrl: string | null;
};

async function readDrifts(db: Db, where: SQL, limit: number): Promise<Drift[]> {
  const rows = await db.execute<Row>(sql`
    select d.id, d.connection_id as "connectionId", d.contact_id as "contactId", coalesce(m.email, d.email) as email,
      m.id as "memberId", nullif(trim(m.first_name || ' ' || m.last_name), '') as "memberName", d.kind, d.changes,
      case when d.audit_id is not null and (d.sweep_id is null or d.audit_id > d.sweep_id) then 'audit'
        else 'sweep' end as "foundBy", d.state, d.contact_ref is not null as fixable, d.reason, d.detail,
      d.found_at as "foundAt", d.finished_at as "finishedAt", c.kind as crm, c.base_url as "baseUrl"
    from drifts d left join members m on m.id = d.member_id left join connections c on c.id = d.connection_id
    where ${where} order by d.id desc limit ${limit}`);
  return rows.map(({ crm, baseUrl, foundAt, finishedAt, ...row }) => ({
    ...row,
    contactUrl: crm && baseUrl ? crms[crm].contactUrl(baseUrl, row.contactId) : null,
    why: whyOf(row.reason, row.detail, crm ? crms[crm].label : "the CRM"),
    foundAt: iso(foundAt),
    finishedAt: isoOrNull(finishedAt),
  }));
}

/** Leaves a difference as it is: a sweep tells it again only when the contact changes again, an audit always. */
export async function dismissDrift(db: Db, id: string, actor: string): Promise<Drift> {
  const dismissed = await db.transaction(async (tx) => {
    const rows = await tx.execute(sql`
      update drifts set state = 'dismissed', finished_at = clock_timestamp()
      where id = ${id} and state in ('open', 'failed') returning 1`);
    if (rows.length > 0) await audit(tx, actor, "dismissed", "drift", id);
    return rows.length > 0;
  });
  const [row] = await readDrifts(db, sql`d.id = ${id}`, 1);
  if (!row) throw notFound("difference");
  if (!dismissed && row.state !== "dismissed")
    throw new AppError("conflict", "This difference is being put right, or was settled meanwhile.");
  return row;
}
