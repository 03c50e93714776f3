import { and, eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/people.ts";
import { AppError } from "../errors.ts";
import { forgiveAttempts, passwordLimits, spendAttempt } from "./attempts.ts";
import { audit } from "./audit.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { forgetSession } from "./session.ts";

/**
 * Changes the password of who knows the one they have, and ends all their sessions; returns what the one that goes on is
 * made of. Throws `invalid` at `current` for another password, `too_many` after ten tries in 15 minutes, `conflict` when
 * the password was changed meanwhile.
 */
export async function changeOwnPassword(
  db: Db,
  given: { userId: string; current: string; next: string; address: string },
): Promise<{ id: string; version: number }> {
  const { userId } = given;
  const limits = passwordLimits("change-password", userId, given.address);
  const wait = await spendAttempt(db, limits);
  if (wait !== null) {
    const message = `Too many tries. Wait ${Math.ceil(wait / 60)} minutes.`;
    throw new AppError("too_many", message, { retryAfterSeconds: wait });
  }
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  const known = user?.passwordHash ?? null;
  if (!user || known === null || !(await verifyPassword(known, given.current))) {
    const message = "This is not your password now.";
    throw new AppError("invalid", message, [{ path: "current", message }]);
  }
  await forgiveAttempts(db, limits);
  const passwordHash = await hashPassword(given.next);
  const changed = await db.transaction(async (tx) => {
    const [row] = await tx
      .update(users)
      .set({ passwordHash, tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(and(eq(users.id, userId), eq(users.passwordHash, known)))
      .returning({ id: users.id, version: users.tokenVersion });
    if (row) await audit(tx, user.email, "password_changed", "user", userId, { address: given.address });
    return row;
  });
  if (!changed)
    throw new AppError("conflict", "Your password was changed meanwhile. Sign in with the new one.");
  forgetSession(userId);
  return changed;
}
