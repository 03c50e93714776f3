import { createHmac } from "node:crypto";
import { desc, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/people.ts";
import { erasures, type ToldSite } from "#db/schema/retention.ts";
import type {
  ErasedSite,
  Erasure,
  ErasurePreview,
  ErasureSubject,
  erasureCreate,
} from "../api/erasure-shapes.ts";
import { audit } from "../auth/audit.ts";
import { erasureSteps, sealSubject } from "../care/erase.ts";
import { mentions } from "../care/erase-pages.ts";
import {
  findSubject,
  isOwnDelivery,
  isOwnOutcome,
  isOwnRun,
  listed,
  type Subject,
} from "../care/erase-subject.ts";
import { countMember, countTexts } from "../care/erase-tables.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { enqueueErasure } from "../queue/enqueue-care.ts";
import { explain } from "../reasons.ts";
import { notFound } from "./not-found.ts";

/** How many of the newest webhooks a preview looks through; the erasure itself looks through all. */
const searched = 20_000;

/** What an erasure would reach: who it is, and how many rows of each table. Changes nothing. */
export async function previewErasure(db: Db, named: ErasureSubject): Promise<ErasurePreview> {
  const subject = await findSubject(db, named);
  const confirm = confirmationOf(subject);
  if (confirm === null) throw notFound("person");
  const [deliveries, outcomes, member, texts, accounts] = await Promise.all([
    countDeliveries(db, subject),
    countOwn(db, subject),
    countMember(db, subject),
    countTexts(db, subject),
    db
      .select({ id: users.id })
      .from(users)
      .where(sql`lower(email) in ${listed(subject.emails)}`),
  ]);
  const counts = { deliveries: deliveries.rows, ...outcomes, ...member };
  for (const [table, rows] of Object.entries(texts))
    Object.assign(counts, {
      [table]: (Object.entries(counts).find(([name]) => name === table)?.[1] ?? 0) + rows,
    });
  return {
    emails: subject.emails,
    names: subject.names,
    contacts: subject.contacts,
    memberId: subject.memberIds[0] ?? null,
    counts: Object.fromEntries(Object.entries(counts).filter(([, rows]) => rows > 0)),
    complete: deliveries.complete,
    consoleUser: accounts.length > 0,
    confirm,
  };
}

/** What a person types to confirm: the address, or the contact's id where no address is known. */
const confirmationOf = ({ emails, contacts }: Subject): string | null =>
  emails[0] ?? contacts[0]?.contactId ?? null;

async function countDeliveries(db: Db, subject: Subject): Promise<{ rows: number; complete: boolean }> {
  const [row] = await db.execute<{ rows: number; complete: boolean }>(sql`
    with newest as materialized (select id from deliveries order by id desc limit ${searched})
    select count(*)::int as rows, (select count(*) < ${searched} from newest) as complete from (
      select d.id from outcomes o join deliveries d on d.id = o.delivery_id where ${isOwnOutcome(subject)}
      union select d.id from newest n join deliveries d on d.id = n.id
      where ${isOwnDelivery(subject)} or ${mentions(subject)}) as found`);
  return row ?? { rows: 0, complete: true };
}

async function countOwn(db: Db, subject: Subject): Promise<Record<"outcomes" | "syncs", number>> {
  const [row] = await db.execute<{ outcomes: number; syncs: number }>(sql`
    select (select count(*)::int from outcomes o where ${isOwnOutcome(subject)}) as outcomes,
      (select count(*)::int from syncs s where ${isOwnRun(subject)}) as syncs`);
  return row ?? { outcomes: 0, syncs: 0 };
}

/**
 * Begins to erase a person; the worker does it, and goes on after a stop. `confirm` must be what the preview asks for.
 * The audit row and the erasure hold a keyed hash of the address, which nobody can turn back without the server's key.
 */
export async function createErasure(
  db: Db,
  given: z.infer<typeof erasureCreate>,
  actor: string,
): Promise<Erasure> {
  const { confirm, ...named } = given;
  const subject = await findSubject(db, named);
  const expected = confirmationOf(subject);
  if (expected === null) throw notFound("person");
  if (confirm.trim().toLowerCase() !== expected.toLowerCase())
    throw new AppError("invalid", "What was typed is not this person’s address. Nothing was erased.");
  const addressHash = createHmac("sha256", env().ENCRYPTION_KEY).update(expected.toLowerCase()).digest("hex");
  return db.transaction(async (tx) => {
    const values = {
      id: uuidv7(),
      addressHash,
      subject: sealSubject(subject),
      actor,
      state: "queued" as const,
    };
    const [row] = await tx.insert(erasures).values(values).returning();
    if (!row) throw new Error("no erasure was stored");
    await enqueueErasure(tx, row.id);
    await audit(tx, actor, "asked_to_erase", "person", row.id, { addressHash });
    return erasureJson(row);
  });
}

/** How far an erasure is. */
export async function getErasure(db: Db, id: string): Promise<Erasure> {
  const [row] = await db.select().from(erasures).where(eq(erasures.id, id));
  if (!row) throw notFound("erasure");
  return erasureJson(row);
}

/** The last erasures, newest first; none says of whom. */
export async function listErasures(db: Db): Promise<{ items: Erasure[] }> {
  const rows = await db.select().from(erasures).orderBy(desc(erasures.id)).limit(20);
  return { items: rows.map(erasureJson) };
}

const erasureJson = (row: typeof erasures.$inferSelect): Erasure => ({
  id: row.id,
  actor: row.actor,
  state: row.state,
  counts: row.counts,
  sites: (row.sites ?? []).map(siteJson),
  progress: row.state === "done" ? 1 : row.step / (erasureSteps + 1),
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

function siteJson({ reason, detail, ...one }: ToldSite): ErasedSite {
  const byHand = `Look for them on ${one.site} and delete them there by hand.`;
  if (one.status === "told")
    return { ...one, sentence: `${one.site} was told to let them go.`, remedy: null };
  if (one.status === "unknown")
    return { ...one, sentence: `${one.site} had not heard of them.`, remedy: null };
  if (one.status === "left")
    return {
      ...one,
      sentence: `${one.site} may still have them: the settings of “${one.name}” let its users be.`,
      remedy: byHand,
    };
  const told = explain(reason, { site: one.site, detail: detail ?? "this person" });
  return { ...one, sentence: told?.sentence ?? `${one.site} did not answer in time.`, remedy: byHand };
}
