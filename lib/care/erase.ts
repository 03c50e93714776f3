import { eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db, Tx } from "#db/client.ts";
import { erasures } from "#db/schema/retention.ts";
import { env } from "../env.ts";
import { uuidv7Floor } from "../ids.ts";
import { log } from "../log.ts";
import { seal, unseal } from "../secrets.ts";
import { isStopping } from "../shutdown.ts";
import { closeOpenWork, collectWhatCame } from "./erase-open-work.ts";
import {
  eraseMentions,
  eraseOutcomes,
  eraseOwnDeliveries,
  eraseOwnOutcomes,
  eraseRuns,
  type Page,
} from "./erase-pages.ts";
import { settle } from "./erase-settle.ts";
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
/** Which erasure it is, and when it was asked for. */
type Asked = { id: string; createdAt: Date };
/** One step of an erasure: a page at a time until `last` is null. */
type Step = (
  tx: Tx,
  subject: Subject,
  cursor: string | null,
  asked: Asked,
) => Promise<{ last: string | null; counts: Counts }>;

const walking =
  (
    table: string,
    page: (tx: Tx, subject: Subject, cursor: string | null, upTo: SQL | null) => Promise<Page>,
    upTo: (asked: Asked) => SQL | null = () => null,
  ): Step =>
  async (tx, subject, cursor, asked) => {
    const { last, erased } = await page(tx, subject, cursor, upTo(asked));
    return { last, counts: { [table]: erased } };
  };
const atOnce =
  (work: (tx: Tx, subject: Subject) => Promise<Counts>): Step =>
  async (tx, subject) => ({ last: null, counts: await work(tx, subject) });
const saidDone = ({ id }: Asked): SQL => sql`(select finished_at from erasures where id = ${id})`;
const runsSince: Step = (tx, subject, cursor, asked) =>
  walking("syncs", eraseRuns)(tx, subject, cursor ?? uuidv7Floor(asked.createdAt), asked);

const ownDeliveries = walking("deliveries", eraseOwnDeliveries);
const member = atOnce(eraseMember);
const texts = atOnce(eraseTexts);
/** In this order: webhooks are found through their outcomes, so those are cleaned after them. */
const everything = [
  ownDeliveries,
  walking("deliveries", eraseMentions),
  member,
  walking("outcomes", eraseOutcomes),
  walking("syncs", eraseRuns),
  texts,
];
/** The person's own rows once more: what came while everything was read. It is repeated until nothing is left. */
const round = [ownDeliveries, member, walking("outcomes", eraseOwnOutcomes), runsSince, texts];
/** What was recorded before the erasure said that it is done, and only mentions the person. */
const mentionsBefore = [
  walking("outcomes", eraseOutcomes, saidDone),
  walking("syncs", eraseRuns, saidDone),
  walking("deliveries", eraseMentions, saidDone),
];
const roundStep = everything.length;
const lateStep = roundStep + round.length;
const steps: readonly Step[] = [...everything, ...round, ...mentionsBefore];
export const erasureSteps = steps.length;

type At = { step: number; cursor: string | null };

/**
 * Runs an erasure from where it stands to its end. Each page is a transaction that also notes how far it is, so a stop
 * at any place loses nothing, and erasing again what is erased changes nothing. It says that it is done when nothing is
 * left of the person that was recorded until then but mentions by others; those follow, and at the end nothing names the
 * person. What comes later is a new fact and stays. Sites are waited for no longer than `siteWaitMs`.
 */
export async function runErasure(db: Db, id: string, siteWaitMs?: number): Promise<void> {
  const [row] = await db.select().from(erasures).where(eq(erasures.id, id));
  if (!row?.subject) return;
  const { createdAt } = row;
  let subject = openSubject(row.subject);
  let at: At | null = row;
  if (at.step < lateStep) subject = await begun(db, id, subject, at.step);
  while (at) {
    if (isStopping()) throw new Error("The process stops; the erasure goes on at the next start.");
    if (steps[at.step] === member) await tellSites(db, id, subject, siteWaitMs);
    at = await takePage(db, { id, createdAt }, subject, at);
    if (
      at?.step === lateStep &&
      at.cursor === null &&
      !(await settle(db, { id, createdAt, lateStep }, subject))
    ) {
      at = { step: roundStep, cursor: null };
      subject = await begun(db, id, subject, at.step);
    }
  }
  log.info({ erasure: id }, "erase.done");
}

/** Finds what came meanwhile, and ends what waits for the person, so that the steps from here on meet nothing that moves. */
async function begun(db: Db, id: string, known: Subject, step: number): Promise<Subject> {
  await collectWhatCame(db);
  const subject = await completed(db, known, step);
  await db
    .update(erasures)
    .set({ state: "running", subject: sealSubject(subject) })
    .where(eq(erasures.id, id));
  await closeOpenWork(db, subject);
  return subject;
}

/** What came between the preview and now may name the person by more; later, a contact of theirs may have a member again. */
async function completed(db: Db, subject: Subject, step: number): Promise<Subject> {
  const found: Subject[] = [subject];
  for (const email of subject.emails) found.push(await findSubject(db, { email }));
  if (step === 0) for (const memberId of subject.memberIds) found.push(await findSubject(db, { memberId }));
  else for (const contact of subject.contacts) found.push(await findSubject(db, { contact }));
  const contacts = found.flatMap((one) => one.contacts);
  return {
    emails: [...new Set(found.flatMap((one) => one.emails))],
    names: [...new Set(found.flatMap((one) => one.names))],
    contacts: [...new Map(contacts.map((one) => [`${one.connectionId} ${one.contactId}`, one])).values()],
    memberIds: [...new Set(found.flatMap((one) => one.memberIds))],
  };
}

async function takePage(db: Db, asked: Asked, subject: Subject, at: At): Promise<At | null> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`set local synchronous_commit = on`);
    const mine = eq(erasures.id, asked.id);
    const work = steps[at.step];
    if (!work) {
      await tx.update(erasures).set({ subject: null }).where(mine);
      return null;
    }
    const { last, counts } = await work(tx, subject, at.cursor, asked);
    const next = last === null ? { step: at.step + 1, cursor: null } : { step: at.step, cursor: last };
    const [row] = await tx.select({ counts: erasures.counts }).from(erasures).where(mine);
    // A round that is over is begun again by whoever goes on after a crash: only `settle` says that it was the last.
    const kept = next.step === lateStep && next.cursor === null ? { step: roundStep, cursor: null } : next;
    await tx
      .update(erasures)
      .set({ ...(at.step < lateStep ? kept : next), counts: added(row?.counts ?? {}, counts) })
      .where(mine);
    return next;
  });
}

const added = (before: Counts, more: Counts): Counts => {
  const sum = { ...before };
  for (const [table, rows] of Object.entries(more)) if (rows > 0) sum[table] = (sum[table] ?? 0) + rows;
  return sum;
};
