import { sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { sweepMarks } from "#db/schema/reconcile.ts";
import type { ChangedContact, ChangedPage, Loaded } from "../crm/contract.ts";
import { log } from "../log.ts";
import { compare, type Drift } from "./compare.ts";
import { NotIdle, type QuietConnection, quietConnection, readUpTo } from "./quiet-connection.ts";
import { onTheirWay, recordDrift, settleDrift } from "./record-drift.ts";
import { enqueueStep } from "./request-sweep.ts";
import { failStep, paceSeconds, yieldSeconds } from "./step-failure.ts";
import { beginSweep, type Mark, openSweep, overlapMinutes, readMark, type Sweep } from "./sweep-begin.ts";
import { finishSweep } from "./sweep-finish.ts";
import { unreadDrift } from "./unread-drift.ts";

/**
 * One step of a connection's sweep: opens the one that is owed, or reads the next page of the open one. The page, its
 * drift, the syncs that put it right and the next step are written together, so that a crash repeats at most one call.
 * Safe to run twice and at the same time: a page counts only where it follows the stored position.
 */
export async function stepSweep(db: Db, connectionId: string): Promise<void> {
  const sweep = (await openSweep(db, connectionId)) ?? (await beginSweep(db, connectionId));
  if (!sweep) return;
  const open = await quietConnection(db, connectionId);
  if (!open) return;
  const mark = await readMark(db, connectionId);
  try {
    await writePage(db, open, sweep, mark, await readPage(db, open, sweep, mark));
  } catch (error) {
    if (error instanceof NotIdle) return enqueueStep(db, "sweep", connectionId, yieldSeconds);
    await failStep(db, "sweep", sweep, connectionId, error);
  }
}

/** One page as it was read: `relevant` are the contacts that were looked at, `same` those that do not differ. */
type Read = { page: ChangedPage; askedAt: Date; relevant: string[]; drifted: Drift[]; same: string[] };

async function readPage(db: Db, open: QuietConnection, sweep: Sweep, mark: Mark | null): Promise<Read> {
  const askedAt = new Date();
  const { since, position } = sweep;
  const listed = await open.client.changed({ since, position, offset: mark?.offset ?? null });
  const asked = await relevantOf(db, open, listed.contacts);
  const loaded = await loadAll(open, asked);
  const page = asFarAsRead(listed, loaded);
  const read = asked.filter((one) => page.contacts.includes(one));
  const results = read.flatMap(({ id }) => loaded.get(id) ?? []);
  const contacts = results.flatMap((one) => (one.status === "found" ? [one.contact] : []));
  const differing = await compare(db, open.row, contacts, () => mayCreate(open));
  const unread = await unreadDrift(db, open.row.id, read, loaded);
  const changedAt = new Map(read.map((one) => [one.id, one.changedAt?.toISOString() ?? null]));
  const differ = new Set(differing.map(({ contactId }) => contactId));
  return {
    page,
    askedAt,
    relevant: read.map(({ id }) => id),
    drifted: [...differing, ...unread].map((drift) => {
      return { ...drift, changedAt: changedAt.get(drift.contactId) ?? null };
    }),
    same: contacts.map(({ id }) => id).filter((id) => !differ.has(id)),
  };
}

async function writePage(
  db: Db,
  { row }: QuietConnection,
  sweep: Sweep,
  mark: Mark | null,
  { page, askedAt, relevant, drifted, same }: Read,
): Promise<void> {
  await db.transaction(async (tx) => {
    const busy = await onTheirWay(tx, row.id, relevant, askedAt);
    const found = drifted.filter(({ contactId }) => !busy.has(contactId));
    const moved = await moveOn(tx, sweep, mark, page, { asked: relevant.length, drifted: found.length });
    if (!moved) return;
    await recordDrift(tx, { connectionId: row.id, sweepId: sweep.id, fixes: sweep.fixes }, found);
    await settleDrift(tx, row.id, same);
    if (page.offset && page.offset !== mark?.offset) {
      await tx
        .insert(sweepMarks)
        .values({ connectionId: row.id, offset: page.offset })
        .onConflictDoUpdate({ target: sweepMarks.connectionId, set: { offset: page.offset } });
    }
    if (page.more) await enqueueStep(tx, "sweep", row.id, paceSeconds);
    else await finishSweep(tx, sweep.id);
  });
  log.debug({ sweep: sweep.id, listed: page.contacts.length, drifted: drifted.length }, "sweep.page");
}

/** Whether a contact of nobody becomes a member: only where any change of it would have made it one by its event. */
function mayCreate({ row, crm }: QuietConnection): boolean {
  return (
    row.mode === "event" && row.createOnEvent && row.listId === null && row.events.includes(crm.changeEvent)
  );
}

/** The contacts of members; those of nobody only where a sweep may make them one. */
async function relevantOf(
  db: Db,
  open: QuietConnection,
  contacts: readonly ChangedContact[],
): Promise<ChangedContact[]> {
  if (mayCreate(open)) return [...contacts];
  const asked = JSON.stringify(
    contacts.map(({ id, email }) => ({ id, email: email?.toLowerCase() ?? null })),
  );
  const rows = await db.$client<{ id: string; loadedAt: string | null }[]>`
    select a.id, l.loaded_at as "loadedAt" from json_to_recordset(${asked}::text::json) as a(id text, email text)
    left join member_contacts l on l.connection_id = ${open.row.id} and l.contact_id = a.id
    where l.contact_id is not null or exists (select from members m where lower(m.email) = a.email)`;
  const loadedAt = new Map(rows.map((row) => [row.id, row.loadedAt ? new Date(row.loadedAt) : null]));
  return contacts.filter((one) => loadedAt.has(one.id) && !wasReadSince(one, loadedAt.get(one.id) ?? null));
}

/**
 * Read long enough after its change that no clock can be the reason. Where tags and fields come along with the list,
 * content decides instead; elsewhere this saves two calls a contact.
 */
function wasReadSince({ changedAt, loaded }: ChangedContact, loadedAt: Date | null): boolean {
  if (loaded !== null || changedAt === null || loadedAt === null) return false;
  return loadedAt.getTime() - changedAt.getTime() > overlapMinutes * 60_000;
}

/** What became of reading these contacts, from the list or by calls of their own. */
async function loadAll(
  open: QuietConnection,
  asked: readonly ChangedContact[],
): Promise<Map<string, Loaded>> {
  const missing = asked.filter(({ loaded }) => loaded === null).map(({ id }) => id);
  const read = missing.length > 0 ? await open.client.load(missing) : null;
  return new Map(
    asked.flatMap(({ id, loaded }) => {
      const one = loaded ?? read?.get(id);
      return one ? [[id, one] as const] : [];
    }),
  );
}

/** The page up to where the account stopped answering: the next step reads on from there. */
function asFarAsRead(page: ChangedPage, loaded: ReadonlyMap<string, Loaded>): ChangedPage {
  const ids = page.contacts.map(({ id }) => id);
  const end = readUpTo(ids, loaded);
  return end === ids.length ? page : { ...page, contacts: page.contacts.slice(0, end), more: true };
}

/** Moves the stored position behind a page; false when another worker did, or the sweep has ended. */
async function moveOn(
  tx: Tx,
  sweep: Sweep,
  mark: Mark | null,
  { contacts }: ChangedPage,
  counts: { asked: number; drifted: number },
): Promise<boolean> {
  const latest = contacts.reduce<ChangedContact | null>(
    (high, one) => (one.changedAt && (!high?.changedAt || one.changedAt > high.changedAt) ? one : high),
    null,
  );
  const at = latest?.changedAt?.toISOString() ?? null;
  const position = contacts.at(-1)?.id ?? sweep.position;
  const sawWitness = contacts.some(({ id }) => id === mark?.witness);
  const rows = await tx.execute(sql`
    update sweeps set position = ${position}, pages = pages + 1, listed = listed + ${contacts.length},
      asked = asked + ${counts.asked}, drifted = drifted + ${counts.drifted},
      high_contact = case when ${at}::timestamptz > coalesce(high, '-infinity') then ${latest?.id ?? null}
        else high_contact end,
      high = greatest(high, ${at}::timestamptz), saw_witness = saw_witness or ${sawWitness},
      attempts = 0, reason = null, detail = null, moved_at = clock_timestamp()
    where id = ${sweep.id} and position = ${sweep.position} and pages = ${sweep.pages} and finished_at is null
    returning 1`);
  return rows.length > 0;
}
