import { createHmac } from "node:crypto";
import { and, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { apiTokens, invites, users } from "#db/schema/people.ts";
import type { Env } from "../env.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { sameSecret, sha256 } from "../secrets.ts";
import { spendAttempt } from "./attempts.ts";
import { audit } from "./audit.ts";
import { hashPassword } from "./passwords.ts";

type NewOwner = { email: string; name: string; password: string };

/** Owners who can sign in; one who is invited has no password yet. */
const isOwner = and(eq(users.role, "owner"), isNotNull(users.passwordHash));

/** Whether an owner can sign in at all. */
export async function hasOwner(db: Db): Promise<boolean> {
  const [owner] = await db.select({ id: users.id }).from(users).where(isOwner).limit(1);
  return owner !== undefined;
}

/**
 * The code that `npm start` prints while there is no owner: 8 letters and digits, the same in every process that
 * shares NEXTAUTH_SECRET. It opens nothing once an owner exists.
 */
export function setupCode(env: Pick<Env, "NEXTAUTH_SECRET">): string {
  const letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
  const bytes = createHmac("sha256", env.NEXTAUTH_SECRET).update("rollcall first owner").digest();
  const text = Array.from(bytes.subarray(0, 8), (byte) => letters[byte % letters.length]).join("");
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

/**
 * Makes the first owner for who holds the code; of two at once, one wins and the other gets `conflict`. Ten codes may
 * be tried from an address in 15 minutes, a hundred in all.
 */
export async function createFirstOwner(
  db: Db,
  env: Pick<Env, "NEXTAUTH_SECRET">,
  given: NewOwner & { code: string; address: string },
): Promise<{ id: string; email: string }> {
  const wait = await spendAttempt(db, [
    { name: "setup.address", by: given.address, limit: 10, windowSeconds: 900, refund: "one" },
    { name: "setup", by: "all", limit: 100, windowSeconds: 900, refund: "one" },
  ]);
  if (wait !== null) {
    const message = `Too many tries. Wait ${Math.ceil(wait / 60)} minutes.`;
    throw new AppError("too_many", message, { retryAfterSeconds: wait });
  }
  if (await hasOwner(db)) throw new AppError("conflict", "Rollcall is set up already. Sign in instead.");
  const code = given.code.toUpperCase().replace(/[^A-Z0-9]/g, "");
  if (!sameSecret(code, setupCode(env).replace("-", ""))) {
    throw new AppError(
      "forbidden",
      "This is not the set-up code. It is in the lines that Rollcall printed at its start.",
    );
  }
  const owner = await insertFirstOwner(db, given, "setup");
  if (!owner) throw new AppError("conflict", "Rollcall is set up already. Sign in instead.");
  return owner;
}

/** Makes the owner that ADMIN_EMAIL and ADMIN_PASSWORD name when nobody can sign in yet; safe in several processes. */
export async function ensureFirstOwner(
  db: Db,
  env: Pick<Env, "ADMIN_EMAIL" | "ADMIN_PASSWORD">,
): Promise<boolean> {
  if (!env.ADMIN_EMAIL || !env.ADMIN_PASSWORD || (await hasOwner(db))) return false;
  const given = {
    email: env.ADMIN_EMAIL,
    name: env.ADMIN_EMAIL.split("@")[0] ?? "Owner",
    password: env.ADMIN_PASSWORD,
  };
  return (await insertFirstOwner(db, given, "environment")) !== null;
}

/**
 * Makes ROLLCALL_API_TOKEN a valid owner token and ends the ones that the environment named before; without the
 * setting, ends them all. Processes without the API leave tokens alone: their environment need not name one.
 */
export async function ensureEnvironmentToken(
  db: Db,
  env: Pick<Env, "ROLLCALL_API_TOKEN" | "ROLES">,
): Promise<void> {
  if (!env.ROLES.includes("web")) return;
  const hash = env.ROLLCALL_API_TOKEN ? sha256(env.ROLLCALL_API_TOKEN) : "";
  const fromBefore = and(
    eq(apiTokens.fromEnvironment, true),
    isNull(apiTokens.revokedAt),
    ne(apiTokens.hash, hash),
  );
  await db.update(apiTokens).set({ revokedAt: sql`now()` }).where(fromBefore);
  if (hash === "") return;
  const token = {
    id: uuidv7(),
    name: "from the environment",
    hash,
    role: "owner" as const,
    fromEnvironment: true,
  };
  await db
    .insert(apiTokens)
    .values(token)
    .onConflictDoUpdate({ target: apiTokens.hash, set: { revokedAt: null } });
}

/**
 * The lock makes the check and the insert one step for every process. Who was invited under this e-mail, which a token
 * can do before anybody signs in, becomes the owner.
 */
async function insertFirstOwner(
  db: Db,
  given: NewOwner,
  actor: string,
): Promise<{ id: string; email: string } | null> {
  const passwordHash = await hashPassword(given.password);
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('rollcall.first_owner'))`);
    const [owner] = await tx.select({ id: users.id }).from(users).where(isOwner).limit(1);
    if (owner) return null;
    const email = given.email.trim().toLowerCase();
    const chosen = { name: given.name.trim(), passwordHash, role: "owner" as const };
    const [invited] = await tx
      .update(users)
      .set({ ...chosen, tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(eq(sql`lower(${users.email})`, email))
      .returning({ id: users.id });
    const user = { id: invited?.id ?? uuidv7(), email };
    if (!invited) await tx.insert(users).values({ ...user, ...chosen });
    await tx.delete(invites).where(eq(invites.userId, user.id));
    await audit(tx, actor, "owner_created", "user", user.id, { email });
    return user;
  });
}
