import { eq, sql } from "drizzle-orm";
import { decode, encode } from "next-auth/jwt";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/people.ts";
import { env } from "../env.ts";
import { processWide } from "../process-wide.ts";
import { audit } from "./audit.ts";
import type { Role } from "./roles.ts";

/** Who is signed in to the console. */
export type Session = { userId: string; email: string; name: string; role: Role };

type Known = Session & { tokenVersion: number; readAt: number };

/** A session ends within this time of being revoked by another process. */
const cacheMs = 3_000;
export const sessionSeconds = 7 * 24 * 3600;

/** Cookies that a browser sends back over TLS only carry a prefix that no plain-text page can forge. */
export const sessionCookie = (secure: boolean): string =>
  secure ? "__Host-rollcall.session" : "rollcall.session";

const cache = (): Map<string, Known> => processWide("sessions", () => new Map<string, Known>());

/** The session of a Cookie header: the token is ours, its user is there, and it was not ended since. */
export async function sessionOf(db: Db, cookieHeader: string): Promise<Session | null> {
  const token =
    readCookie(cookieHeader, sessionCookie(true)) ?? readCookie(cookieHeader, sessionCookie(false));
  if (!token) return null;
  const claims = await decode({ token, secret: env().NEXTAUTH_SECRET }).catch(() => null);
  if (!claims?.sub) return null;
  const user = await knownUser(db, claims.sub, Number(claims.version));
  if (!user || user.tokenVersion !== claims.version) return null;
  return { userId: user.userId, email: user.email, name: user.name, role: user.role };
}

/** The sealed token of a session, as the sign-in puts it into the cookie. */
export const sessionToken = (userId: string, version: number): Promise<string> =>
  encode({ token: { sub: userId, version }, secret: env().NEXTAUTH_SECRET, maxAge: sessionSeconds });

/** Ends every session of a person, here at once and in other processes within three seconds. */
export async function signOutEverywhere(db: Db, userId: string, actor: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .update(users)
      .set({ tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(eq(users.id, userId));
    await audit(tx, actor, "signed_out_everywhere", "user", userId);
  });
  forgetSession(userId);
}

/** Lets what this process knows of a person go, so that a change of theirs counts at once here. */
export const forgetSession = (userId: string): void => void cache().delete(userId);

/** A session that began after the cache was filled, elsewhere perhaps, has a later version than the cache knows. */
async function knownUser(db: Db, userId: string, version: number): Promise<Known | null> {
  const known = cache().get(userId);
  if (known && Date.now() - known.readAt < cacheMs && version <= known.tokenVersion) return known;
  // Taken before the read: a change that comes while it is under way counts from here.
  const readAt = Date.now();
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  if (!user) {
    cache().delete(userId);
    return null;
  }
  const { email, name, role, tokenVersion } = user;
  const fresh = { userId, email, name, role, tokenVersion, readAt };
  cache().set(userId, fresh);
  return fresh;
}

function readCookie(header: string, name: string): string | null {
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
