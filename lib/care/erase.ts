import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db, Tx } from "#db/client.ts";
import { erasures } from "#db/schema/retention.ts";
import { audit } from "../auth/audit.ts";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { seal, unseal } from "../secrets.ts";
import { isStopping } from "../shutdown.ts";
import { closeOpenWork, collectWhatCame } from "./erase-open-work.ts";
import { eraseMentions, eraseOutcomes, eraseOwnDeliveries, eraseRuns, type Page } from "./erase-pages.ts";
import { tellSites } from "./erase-sites.ts";
import { findSubject, type Subject } from "./erase-subject.ts";
import { eraseMember, eraseTexts } from "./erase-tables.ts";

const subjectShape = z.object({
  emails: z.array(z.string()),
  names: z.array(z.string()),
  contacts: z.array(z.object({ connectionId: z.string(), contactId: z.string() })),
  memberIds: z.array(z.string()),
});

/** The subject of an erasure as it is kept until the end: sealed, so that no table names the person. */
export const sealSubject = (subject: Subject): Buffer => seal(env().ENCRYPTION_KEY, JSON.stringify(subject));
const openSubject = (sealed: Uint8Array): Subject =>
  subjectShape.parse(JSON.parse(unseal(env().ENCRYPTION_KEY, sealed)));

type Counts = Record<string, number>;
/** One step of an erasure: a page at a time until `last` is null. */
type Step = (
  tx: Tx,
  subject: Subject,
  cursor: string | null,
) => Promise<{ last: string | null; counts: Counts }>;

const walking =
  (table: string, page: (tx: Tx, subject: Subject, cursor: string | null) => Promise<Page>): Step =>
  async (tx, subject, cursor) => {
    const { last, erased } = await page(tx, subject, cursor);
    return { last, counts: { [table]: erased } };
  };
const atOnce =
  (work: (tx: Tx, subject: Subject) => Promise<Counts>): Step =>
  async (tx, subject) => ({ last: null, counts: await work(tx, subject) });

/** In this order: webhooks are found through their outcomes, so those are cleaned after them. */
const steps: readonly Step[] = [
  walking("deliveries", eraseOwnDeliveries),
  walking("deliveries", eraseMentions),
  atOnce(eraseMember),
  walking("outcomes", eraseOutcomes),
  walking("syncs", eraseRuns),
  atOnce(eraseTexts),
];
export const erasureSteps = steps.length;
/** The sites are told last before this one: what they know of a person goes with the member. */
const memberStep = 2;

/**
 * Runs an erasure from where it stands to its end. Each page is a transaction that also notes how far it is, so a stop
 * at any place loses nothing, and erasing again what is erased changes nothing. At the end nothing names the person.
 * Sites are waited for no longer than `siteWaitMs`.
 */
export async function runErasure(db: Db, id: string, siteWaitMs?: number): Promise<void> {
  const [row] = await db.select().from(erasures).where(eq(erasures.id, id));
  if (!row?.subject || row.state === "done") return;
  await collectWhatCame(db);
  const subject = await completed(db, openSubject(row.subject), row.step);
  await db
    .update(erasures)
    .set({ state: "running", subject: sealSubject(subject) })
    .where(eq(erasures.id, id));
  await closeOpenWork(db, subject);
  let at: { step: number; cursor: string | null } | null = { step: row.step, cursor: row.cursor };
  while (at) {
    if (isStopping()) throw new Error("The process stops; the erasure goes on at the next start.");
    if (at.step === memberStep) await tellSites(db, id, subject, siteWaitMs);
    at = await takePage(db, id, subject, at.step, at.cursor);
  }
  log.info({ erasure: id }, "erase.done");
}

/** What came between the preview and now may name the person by more; once the member is gone, nothing more is found. */
async function completed(db: Db, subject: Subject, step: number): Promise<Subject> {
  if (step > 0) return subject;
  const found: Subject[] = [subject];
  for (const email of subject.emails) found.push(await findSubject(db, { email }));
  for (const memberId of subject.memberIds) found.push(await findSubject(db, { memberId }));
  const contacts = found.flatMap((one) => one.contacts);
  return {
    emails: [...new Set(found.flatMap((one) => one.emails))],
    names: [...new Set(found.flatMap((one) => one.names))],
    contacts: [...new Map(contacts.map((one) => [`${one.connectionId} ${one.contactId}`, one])).values()],
    memberIds: [...new Set(found.flatMap((one) => one.memberIds))],
  };
}

async function takePage(
  db: Db,
  id: string,
  subject: Subject,
  step: number,
  cursor: string | null,
): Promise<{ step: number; cursor: string | null } | null> {
  const work = steps[step];
  return db.transaction(async (tx) => {
    await tx.execute(sql`set local synchronous_commit = on`);
    if (!work) {
      await finish(tx, id);
      return null;
    }
    const { last, counts } = await work(tx, subject, cursor);
    const next = last === null ? { step: step + 1, cursor: null } : { step, cursor: last };
    const [row] = await tx.select({ counts: erasures.counts }).from(erasures).where(eq(erasures.id, id));
    await tx
      .update(erasures)
      .set({ ...next, counts: added(row?.counts ?? {}, counts) })
      .where(eq(erasures.id, id));
    return next;
  });
}

const added = (before: Counts, more: Counts): Counts => {
  const sum = { ...before };
  for (const [table, rows] of Object.entries(more)) if (rows > 0) sum[table] = (sum[table] ?? 0) + rows;
  return sum;
};

async function finish(tx: Tx, id: string): Promise<void> {
  const [done] = await tx
    .update(erasures)
    .set({ state: "done", subject: null, finishedAt: sql`now()` })
    .where(eq(erasures.id, id))
    .returning();
  if (!done) return;
  const { addressHash, counts, sites } = done;
  await audit(tx, done.actor, "erased", "person", id, {
    addressHash,
    counts,
    ...(sites?.length ? { sites } : {}),
  });
}
