import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { erasures } from "#db/schema/retention.ts";
import { audit } from "../auth/audit.ts";
import { uuidv7Floor } from "../ids.ts";
import { mentions } from "./erase-pages.ts";
import { isOwnDelivery, isOwnOutcome, isOwnRun, listed, type Subject } from "./erase-subject.ts";

/** The door waits behind both at most; its webhooks would go to disk only after a second and a half. */
const lockMs = 250;
const lookMs = 1_000;
/** SQLSTATE: the lock was not to be had, the statement took too long. */
const timeouts: readonly unknown[] = ["55P03", "57014"];

const isTimeout = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  (("code" in error && timeouts.includes(error.code)) || ("cause" in error && isTimeout(error.cause)));

/**
 * Says that an erasure is done, if nothing of the person's own is left that was recorded until now; false when there is,
 * or when that could not be known now. The inbox is locked for this one look: what the
 * door recorded before is collected then or stands in the inbox, and what is collected after `finished_at` is either of
 * others or came after. Whoever goes on begins at `lateStep`.
 */
export async function settle(
  db: Db,
  erasure: { id: string; createdAt: Date; lateStep: number },
  subject: Subject,
): Promise<boolean> {
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(sql`set local synchronous_commit = on`);
      await tx.execute(sql`set local lock_timeout = ${sql.raw(String(lockMs))}`);
      await tx.execute(sql`set local statement_timeout = ${sql.raw(String(lookMs))}`);
      await tx.execute(sql`lock table inbox in share mode`);
      const [done] = await tx
        .update(erasures)
        .set({ state: "done", step: erasure.lateStep, cursor: null, finishedAt: sql`clock_timestamp()` })
        .where(sql`id = ${erasure.id} and not exists (${leftOf(subject, erasure.createdAt)})`)
        .returning();
      if (!done) return false;
      const { addressHash, counts, sites } = done;
      await audit(tx, done.actor, "erased", "person", erasure.id, {
        addressHash,
        counts,
        ...(sites?.length ? { sites } : {}),
      });
      return true;
    });
  } catch (error) {
    if (isTimeout(error)) return false;
    throw error;
  }
}

/** What may still be, or become, the person's: webhooks not collected yet, outcomes, runs since the beginning, members. */
const leftOf = (subject: Subject, since: Date) => sql`
  select from inbox i cross join lateral unnest(i.delivery_ids) as one(id) join deliveries d on d.id = one.id
    where ${isOwnDelivery(subject)} or ${mentions(subject)}
  union all select from outcomes o where ${isOwnOutcome(subject)}
  union all select from syncs s where (s.finished_at is null or s.id >= ${uuidv7Floor(since)}::uuid) and ${isOwnRun(subject)}
  union all select from members where lower(email) in ${listed(subject.emails)} or id in ${listed(subject.memberIds)}
  union all select from member_contacts
    where contact_id in ${listed(subject.contacts.map((one) => one.contactId))}
      and connection_id::text || ' ' || contact_id
        in ${listed(subject.contacts.map((one) => `${one.connectionId} ${one.contactId}`))}`;
