import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { invites, users } from "#db/schema/people.ts";
import { AppError } from "../errors.ts";
import { newLinkToken, sameSecret, sha256 } from "../secrets.ts";
import { type AttemptLimit, forgiveAttempts, spendAttempt } from "./attempts.ts";
import { audit } from "./audit.ts";
import { hashPassword } from "./passwords.ts";
import type { Role } from "./roles.ts";
import { forgetSession } from "./session.ts";

const validMs = 7 * 86_400_000;

/** Why a link does not work, in words for who holds it. */
export const endedLinks = {
  used: "It was used already. If that was you, sign in; if not, ask an owner for a new one.",
  expired: "It was valid for seven days. Ask an owner for a new one.",
  unknown: "It is not known here; a newer one may have taken its place. Ask an owner for a new one.",
} as const;

export type Invite =
  | { state: "valid"; userId: string; email: string; name: string; role: Role; isNew: boolean }
  | { state: keyof typeof endedLinks };

/**
 * Makes the code of the link on which a person chooses a password, valid for seven days; the link before ends. Call it
 * with the transaction that holds the row of the person, so that nobody uses the old one meanwhile.
 */
export async function makeInvite(tx: Tx, userId: string): Promise<string> {
  const code = newLinkToken();
  const link = { hash: sha256(code), expiresAt: new Date(Date.now() + validMs), usedAt: null };
  await tx
    .insert(invites)
    .values({ userId, ...link })
    .onConflictDoUpdate({ target: invites.userId, set: link });
  return code;
}

/** Whether a link works, and whose it is. `isNew`: they have no password yet. */
export async function readInvite(db: Db, code: string): Promise<Invite> {
  const hash = sha256(code);
  const [row] = await db
    .select()
    .from(invites)
    .innerJoin(users, eq(users.id, invites.userId))
    .where(eq(invites.hash, hash));
  if (!row || !sameSecret(row.invites.hash, hash)) return { state: "unknown" };
  if (row.invites.usedAt) return { state: "used" };
  if (row.invites.expiresAt <= new Date()) return { state: "expired" };
  const { id, email, name, role, passwordHash } = row.users;
  return { state: "valid", userId: id, email, name, role, isNew: passwordHash === null };
}

const endedLink = (state: keyof typeof endedLinks): AppError =>
  new AppError(state === "unknown" ? "not_found" : "conflict", endedLinks[state]);

/** As many links may be tried from an address as set-up codes. */
const limitsOf = (address: string): AttemptLimit[] => [
  { name: "invite.address", by: address, limit: 10, windowSeconds: 900, refund: "one" },
];

/**
 * Sets the password of the person whose link it is, uses the link up and ends their earlier sessions, in one
 * transaction; returns what a new session is made of. Throws `not_found` for an unknown link, `conflict` for one that
 * was used or has expired, `too_many` after ten tries from an address in 15 minutes.
 */
export async function useInvite(
  db: Db,
  given: { code: string; password: string; address: string },
): Promise<{ id: string; email: string; version: number }> {
  const limits = limitsOf(given.address);
  const wait = await spendAttempt(db, limits);
  if (wait !== null) {
    const message = `Too many tries. Wait ${Math.ceil(wait / 60)} minutes.`;
    throw new AppError("too_many", message, { retryAfterSeconds: wait });
  }
  const invite = await readInvite(db, given.code);
  if (invite.state !== "valid") throw endedLink(invite.state);
  const passwordHash = await hashPassword(given.password);
  const person = await db.transaction(async (tx) => {
    // The person before the link, as everything locks them that makes a new link or removes the person.
    const [changed] = await tx
      .update(users)
      .set({ passwordHash, tokenVersion: sql`${users.tokenVersion} + 1`, lastSignInAt: sql`now()` })
      .where(eq(users.id, invite.userId))
      .returning({ id: users.id, email: users.email, version: users.tokenVersion });
    const stillOpen = and(
      eq(invites.hash, sha256(given.code)),
      isNull(invites.usedAt),
      gt(invites.expiresAt, sql`now()`),
    );
    const [used] = await tx
      .update(invites)
      .set({ usedAt: sql`now()` })
      .where(stillOpen)
      .returning({ userId: invites.userId });
    // Thrown, so that the password goes back too: another use, a newer link or a removal came first.
    if (!changed || !used) throw endedLink("used");
    await audit(tx, changed.email, "password_chosen", "user", changed.id, { address: given.address });
    return changed;
  });
  forgetSession(person.id);
  await forgiveAttempts(db, limits);
  return person;
}
