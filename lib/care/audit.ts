import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { audits } from "#db/schema/reconcile.ts";
import type { Contact, Loaded } from "../crm/contract.ts";
import { log } from "../log.ts";
import { compare, type Drift } from "./compare.ts";
import { NotIdle, type QuietConnection, quietConnection, readUpTo } from "./quiet-connection.ts";
import { onTheirWay, recordDrift, settleDrift } from "./record-drift.ts";
import { enqueueStep } from "./request-sweep.ts";
import { failStep, paceSeconds, yieldSeconds } from "./step-failure.ts";

/** Contacts in one step: a whole call where tags and fields come along, two calls each elsewhere. */
const batch = { whole: 100, each: 10 };

type Audit = typeof audits.$inferSelect;
type Linked = { contactId: string; memberId: string; email: string };

/**
 * One step of an audit: reads the next linked contacts again and tells what differs. What it found, how far it is and
 * the next step are written together, so that a crash repeats at most one step. Safe to run twice and at the same time:
 * a step counts only where it follows the stored position. It puts nothing right.
 */
export async function stepAudit(db: Db, auditId: string): Promise<void> {
  const [audit] = await db
    .select()
    .from(audits)
    .where(sql`${audits.id} = ${auditId} and ${audits.state} = 'running'`);
  if (!audit) return;
  const open = await quietConnection(db, audit.connectionId);
  if (!open) return;
  try {
    await readBatch(db, open, audit);
  } catch (error) {
    if (error instanceof NotIdle) return enqueueStep(db, "audit", audit.id, yieldSeconds);
    await failStep(db, "audit", audit, audit.id, error);
  }
}

async function readBatch(db: Db, open: QuietConnection, audit: Audit): Promise<void> {
  const askedAt = new Date();
  const next = await nextLinks(db, audit, open.row.sideload === "no" ? batch.each : batch.whole);
  const asked = next.map(({ contactId }) => contactId);
  const loaded = asked.length > 0 ? await open.client.load(asked) : new Map<string, Loaded>();
  const linked = next.slice(0, readUpTo(asked, loaded));
  const ids = asked.slice(0, linked.length);
  const read = ids.flatMap((id) => loaded.get(id) ?? []);
  const contacts = read.flatMap((one) => (one.status === "found" ? [one.contact] : []));
  const gone = await tellGone(open, linked, loaded);
  const differ = await compare(db, open.row, contacts);
  await db.transaction(async (tx) => {
    const busy = await onTheirWay(tx, open.row.id, ids, askedAt);
    const found = [...differ, ...gone].filter(({ contactId }) => !busy.has(contactId));
    const unread = read.filter(({ status }) => status === "failed").length;
    const isLast = linked.length === 0;
    const moved = await tx.execute(sql`
      update audits set position = ${ids.at(-1) ?? audit.position}, checked = checked + ${ids.length},
        drifted = drifted + ${found.length - gone.length}, gone = gone + ${gone.length}, unread = unread + ${unread},
        attempts = 0, reason = null, detail = null, moved_at = clock_timestamp(),
        state = case when ${isLast} then 'done' else state end,
        finished_at = case when ${isLast} then clock_timestamp() end
      where id = ${audit.id} and position = ${audit.position} and state = 'running' returning 1`);
    if (moved.length === 0) return;
    await recordDrift(tx, { connectionId: open.row.id, auditId: audit.id, fixes: false }, found);
    await settleDrift(tx, open.row.id, same(contacts, differ));
    if (!isLast) await enqueueStep(tx, "audit", audit.id, paceSeconds);
  });
  log.debug({ audit: audit.id, read: ids.length, differ: differ.length }, "audit.step");
}

const same = (contacts: readonly Contact[], differ: readonly Drift[]): string[] => {
  const drifted = new Set(differ.map(({ contactId }) => contactId));
  return contacts.map(({ id }) => id).filter((id) => !drifted.has(id));
};

/** The links behind the audit's position, in the order of the stored text. */
const nextLinks = (db: Db, audit: Audit, limit: number) => db.$client<Linked[]>`
  select l.contact_id as "contactId", l.member_id as "memberId", m.email from member_contacts l
  join members m on m.id = l.member_id
  where l.connection_id = ${audit.connectionId} and l.contact_id collate "C" > ${audit.position}
  order by l.contact_id collate "C" limit ${limit}`;

/**
 * Contacts that are gone from the CRM. Where another contact has the member's address now, a sync by that address links
 * it; where none has, there is nothing to copy, and the member keeps what it has.
 */
async function tellGone(
  open: QuietConnection,
  linked: readonly Linked[],
  loaded: ReadonlyMap<string, Loaded>,
): Promise<Drift[]> {
  const gone: Drift[] = [];
  for (const { contactId, memberId, email } of linked) {
    const status = loaded.get(contactId)?.status;
    if (status !== "deleted" && status !== "missing") continue;
    const heir = await open.client.findByEmail(email);
    const isHeir = heir.status === "found" && heir.contact.id !== contactId;
    gone.push({
      contactId,
      memberId,
      email,
      contactRef: isHeir ? `email:${email.toLowerCase()}` : null,
      kind: isHeir ? "moved" : "gone",
      changes: null,
      changedAt: null,
      reason: status === "deleted" ? "contact_deleted" : "contact_missing",
      detail: isHeir ? heir.contact.id : null,
    });
  }
  return gone;
}
