import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { members, pendingMails } from "#db/schema/members.ts";
import { env } from "../env.ts";
import { RetryLater } from "../errors.ts";
import { canMail, sendMail } from "../mail.ts";
import { holdLease, LeaseLost } from "./fence.ts";
import { makePasswordLink } from "./password-links.ts";

export type MailResult = "sent" | "not_owed" | "no_smtp";

/**
 * Sends the welcome mail that a new member is owed: a one-time link to set a password, never the password itself. That
 * it was handed over is noted the moment before its last byte leaves, so that a worker which is killed meanwhile sends
 * it neither twice nor, but for that moment, never; a run that lost its contact cannot note it, and sends nothing.
 * RetryLater("smtp_failed") when the mail server does not take it. Without SMTP_URL the debt is dropped, and the caller
 * shows a warning.
 */
export async function sendWelcomeMail(
  db: Db,
  connectionId: string,
  memberId: string,
  syncId: string,
): Promise<MailResult> {
  const owed = and(eq(pendingMails.memberId, memberId), eq(pendingMails.connectionId, connectionId));
  const [row] = await db
    .select({
      email: members.email,
      firstName: members.firstName,
      login: members.login,
      handedAt: pendingMails.handedAt,
    })
    .from(pendingMails)
    .innerJoin(members, eq(members.id, pendingMails.memberId))
    .where(owed);
  if (!row) return "not_owed";
  if (canMail() && !row.handedAt) {
    const link = `${env().publicUrl}/set-password/${await makePasswordLink(db, memberId)}`;
    const text = welcomeText(row.firstName, row.login, link);
    const beforeEnd = () => noteHandedOver(db, owed, syncId);
    try {
      await sendMail({
        to: row.email,
        subject: "Your membership account",
        text,
        id: `welcome-${memberId}`,
        beforeEnd,
      });
    } catch (error) {
      await holdLease(db, syncId);
      await db.update(pendingMails).set({ handedAt: null }).where(owed);
      const detail = error instanceof Error ? error.message.slice(0, 200) : "no detail";
      throw new RetryLater("smtp_failed", { detail, cause: error });
    }
  }
  await db.delete(pendingMails).where(owed);
  return canMail() ? "sent" : "no_smtp";
}

async function noteHandedOver(db: Db, owed: SQL | undefined, syncId: string): Promise<void> {
  await db.transaction(async (tx) => {
    await holdLease(tx, syncId);
    const noted = await tx
      .update(pendingMails)
      .set({ handedAt: sql`clock_timestamp()` })
      .where(and(owed, isNull(pendingMails.handedAt)))
      .returning({ memberId: pendingMails.memberId });
    if (noted.length === 0) throw new LeaseLost(syncId);
  });
}

const welcomeText = (firstName: string, login: string, link: string): string =>
  `Hello${firstName ? ` ${firstName}` : ""},

an account was made for you. Your user name is ${login}.

Choose a password here; the link works once, for seven days:
${link}

If you did not expect this mail, you can ignore it.
`;
