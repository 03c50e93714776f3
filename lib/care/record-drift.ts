import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";
import { uuidv7 } from "../ids.ts";
import { enqueueSync } from "../queue/enqueue.ts";
import type { Drift } from "./compare.ts";

/**
 * Contacts whose difference is on its way already: a run is open for them or a delivery waits for one, or a run read
 * them after `askedAt`. Their difference is no missed webhook.
 */
export async function onTheirWay(
  tx: Tx,
  connectionId: string,
  contactIds: readonly string[],
  askedAt: Date,
): Promise<Set<string>> {
  if (contactIds.length === 0) return new Set();
  const rows = await tx.execute<{ id: string }>(sql`
    select id from json_array_elements_text(${JSON.stringify(contactIds)}::text::json) as a(id)
    where exists (select from outcomes o where o.connection_id = ${connectionId} and o.contact_ref = a.id
        and o.status in ('queued', 'running', 'failed'))
      or exists (select from outcomes o where o.connection_id = ${connectionId} and o.contact_id = a.id
        and o.status = 'held')
      or exists (select from syncs s where s.connection_id = ${connectionId} and s.contact_ref = a.id
        and s.finished_at is null)
      or exists (select from member_contacts l where l.connection_id = ${connectionId} and l.contact_id = a.id
        and l.loaded_at > ${askedAt.toISOString()}::timestamptz)`);
  return new Set(rows.map(({ id }) => id));
}

/** Where drift was found, and whether it is put right at once. */
export type FoundBy = { connectionId: string; sweepId?: string; auditId?: string; fixes: boolean };

/**
 * Writes drift down, one unsettled row a contact, and queues a sync for each that is put right at once. What failed or
 * was dismissed is not told again by a sweep until the contact changes again. Returns how many rows it wrote.
 */
export async function recordDrift(tx: Tx, by: FoundBy, found: readonly Drift[]): Promise<number> {
  if (found.length === 0) return 0;
  const rows = found.map((drift) => ({ ...drift, id: uuidv7() }));
  const recorded = await tx.execute<{ ref: string | null; state: string }>(sql`
    insert into drifts as d (id, connection_id, contact_id, contact_ref, email, member_id, kind, changes, changed_at,
      sweep_id, audit_id, state, reason, detail, found_at)
    select v.id, ${by.connectionId}::uuid, v."contactId", v."contactRef", v.email, v."memberId", v.kind, v.changes,
      v."changedAt", ${by.sweepId ?? null}::uuid, ${by.auditId ?? null}::uuid,
      case when ${by.fixes} and v."contactRef" is not null then 'queued' else 'open' end, v.reason, v.detail,
      clock_timestamp()
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as v(id uuid, "contactId" text, "contactRef" text,
      email text, "memberId" uuid, kind text, changes jsonb, "changedAt" timestamptz, reason text, detail text)
    where ${by.sweepId ?? null}::uuid is null or v."changedAt" is null or not exists (
      select from drifts e where e.connection_id = ${by.connectionId} and e.contact_id = v."contactId"
        and e.state in ('failed', 'dismissed') and e.changed_at = v."changedAt")
    on conflict (connection_id, contact_id) where state in ('open', 'queued', 'running') do update set
      contact_ref = excluded.contact_ref, email = excluded.email, member_id = excluded.member_id, kind = excluded.kind,
      changes = excluded.changes, changed_at = coalesce(excluded.changed_at, d.changed_at),
      sweep_id = coalesce(excluded.sweep_id, d.sweep_id), audit_id = coalesce(excluded.audit_id, d.audit_id),
      state = case when d.state = 'open' then excluded.state else d.state end, reason = excluded.reason,
      detail = excluded.detail, found_at = excluded.found_at
    returning contact_ref as ref, state`);
  if (by.fixes) {
    const { connectionId } = by;
    const refs = recorded.flatMap(({ ref, state }) =>
      ref !== null && state === "queued" ? [{ connectionId, contactRef: ref }] : [],
    );
    await enqueueSync(tx, refs, { priority: "sweep" });
  }
  return recorded.length;
}

/** Contacts that were read and do not differ: what was told about them before is settled. */
export async function settleDrift(
  tx: Tx,
  connectionId: string,
  contactIds: readonly string[],
): Promise<void> {
  if (contactIds.length === 0) return;
  await tx.execute(sql`
    update drifts set state = 'settled', finished_at = clock_timestamp()
    where connection_id = ${connectionId} and state = 'open'
      and contact_id in (select json_array_elements_text(${JSON.stringify(contactIds)}::text::json))`);
}
