import { hash } from "@node-rs/argon2";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { memberChanges, members, passwordLinks, pendingPasswords } from "#db/schema/members.ts";
import { AppError } from "../errors.ts";
import { dropLockedPasswords } from "../push/want.ts";
import { newLinkToken, sha256 } from "../secrets.ts";

const inSevenDays = () => new Date(Date.now() + 7 * 86_400_000);

/** Makes a one-time link token for a member, valid for seven days unless told otherwise; only its SHA-256 is kept. */
export async function makePasswordLink(
  db: Tx,
  memberId: string,
  expiresAt: Date = inSevenDays(),
): Promise<string> {
  const token = newLinkToken();
  await db.insert(passwordLinks).values({ hash: sha256(token), memberId, expiresAt });
  return token;
}

/** Whether a link can still be used, and for whom. */
export async function readPasswordLink(
  db: Db,
  token: string,
): Promise<{ state: "valid"; email: string } | { state: "used" | "expired" | "unknown" }> {
  const [row] = await db
    .select({ usedAt: passwordLinks.usedAt, expiresAt: passwordLinks.expiresAt, email: members.email })
    .from(passwordLinks)
    .innerJoin(members, eq(members.id, passwordLinks.memberId))
    .where(eq(passwordLinks.hash, sha256(token)));
  if (!row) return { state: "unknown" };
  if (row.usedAt) return { state: "used" };
  return row.expiresAt > new Date() ? { state: "valid", email: row.email } : { state: "expired" };
}

/**
 * Sets the password of the link's member and uses the link up, in one transaction; the member's other links end with
 * it. Throws not_found for an unknown link and conflict for one that was used or has expired.
 */
export async function usePasswordLink(db: Db, token: string, password: string): Promise<{ email: string }> {
  const link = await readPasswordLink(db, token);
  if (link.state === "unknown")
    throw new AppError("not_found", "This link is not known. Open the one from the newest mail.");
  const spent = `This link ${link.state === "expired" ? "has expired" : "was used already"}. Ask the site for a new one.`;
  if (link.state !== "valid") throw new AppError("conflict", spent);
  const passwordHash = await hash(password);
  await db.transaction(async (tx) => {
    // First the member, so that of two links that are used at once the second finds itself ended.
    await tx
      .select()
      .from(members)
      .innerJoin(passwordLinks, eq(passwordLinks.memberId, members.id))
      .where(eq(passwordLinks.hash, sha256(token)))
      .for("update", { of: members });
    const usedAt = new Date();
    const [used] = await tx
      .update(passwordLinks)
      .set({ usedAt })
      .where(
        and(
          eq(passwordLinks.hash, sha256(token)),
          isNull(passwordLinks.usedAt),
          gt(passwordLinks.expiresAt, new Date()),
        ),
      )
      .returning({ memberId: passwordLinks.memberId });
    if (!used) throw new AppError("conflict", spent);
    const { memberId } = used;
    const others = and(eq(passwordLinks.memberId, memberId), isNull(passwordLinks.usedAt));
    await tx.update(passwordLinks).set({ usedAt }).where(others);
    await tx.update(members).set({ passwordHash }).where(eq(members.id, memberId));
    await tx.delete(pendingPasswords).where(eq(pendingPasswords.memberId, memberId));
    await dropLockedPasswords(tx, memberId);
    await tx.insert(memberChanges).values({
      id: sql`uuid_v7()`,
      memberId,
      changes: { created: false, tagsAdded: [], tagsRemoved: [], fields: {}, password: "chosen" },
    });
  });
  return { email: link.email };
}
