import { eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/people.ts";
import { forgiveAttempts, passwordLimits, spendAttempt } from "./attempts.ts";
import { audit } from "./audit.ts";
import { verifyPassword } from "./passwords.ts";
import type { Role } from "./roles.ts";

export type SignedIn =
  | { ok: true; user: { id: string; email: string; name: string; role: Role; version: number } }
  | { ok: false; reason: "wrong" }
  | { ok: false; reason: "too_many"; retryAfterSeconds: number };

/**
 * Checks an e-mail and password. An unknown e-mail takes as long as a wrong password; 10 tries an account and 50 an
 * address fit into 15 minutes.
 */
export async function signIn(
  db: Db,
  given: { email: string; password: string; address: string },
): Promise<SignedIn> {
  const email = given.email.trim().toLowerCase().slice(0, 320);
  const limits = passwordLimits("sign-in", email, given.address);
  const wait = await spendAttempt(db, limits);
  if (wait !== null) return { ok: false, reason: "too_many", retryAfterSeconds: wait };
  const [user] = await db
    .select()
    .from(users)
    .where(eq(sql`lower(${users.email})`, email));
  const right = await verifyPassword(user?.passwordHash ?? null, given.password.slice(0, 1024));
  if (!user || !right) return { ok: false, reason: "wrong" };
  await forgiveAttempts(db, limits);
  await db.transaction(async (tx) => {
    await tx.update(users).set({ lastSignInAt: sql`now()` }).where(eq(users.id, user.id));
    await audit(tx, user.email, "signed_in", "user", user.id, { address: given.address });
  });
  const { id, name, role, tokenVersion } = user;
  return { ok: true, user: { id, email: user.email, name, role, version: tokenVersion } };
}
