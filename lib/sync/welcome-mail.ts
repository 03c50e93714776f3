import { and, eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { members, pendingMails } from "#db/schema/members.ts";
import { env } from "../env.ts";
import { RetryLater } from "../errors.ts";
import { canMail, sendMail } from "../mail.ts";
import { makePasswordLink } from "./password-links.ts";

export type MailResult = "sent" | "not_owed" | "no_smtp";

/**
 * Sends the welcome mail that a new member is owed: a one-time link to set a password, never the password itself. The
 * debt is crossed off when the mail server has taken the mail; RetryLater("smtp_failed") when it does not. Without
 * SMTP_URL the debt is dropped, and the caller shows a warning.
 */
export async function sendWelcomeMail(db: Db, connectionId: string, memberId: string): Promise<MailResult> {
  const owed = and(eq(pendingMails.memberId, memberId), eq(pendingMails.connectionId, connectionId));
  const [row] = await db
    .select({ email: members.email, firstName: members.firstName, login: members.login })
    .from(pendingMails)
    .innerJoin(members, eq(members.id, pendingMails.memberId))
    .where(owed);
  if (!row) return "not_owed";
  if (canMail()) {
    const link = `${env().publicUrl}/set-password/${await makePasswordLink(db, memberId)}`;
    try {
      const text = welcomeText(row.firstName, row.login, link);
      await sendMail({ to: row.email, subject: "Your membership account", text });
    } catch (error) {
      const detail = error instanceof Error ? error.message.slice(0, 200) : "no detail";
      throw new RetryLater("smtp_failed", { detail, cause: error });
    }
  }
  await db.delete(pendingMails).where(owed);
  return canMail() ? "sent" : "no_smtp";
}

const welcomeText = (firstName: string, login: string, link: string): string =>
  `Hello${firstName ? ` ${firstName}` : ""},

an account was made for you. Your user name is ${login}.

Choose a password here; the link works once, for seven days:
${link}

If you did not expect this mail, you can ignore it.
`;
