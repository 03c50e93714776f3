import { and, eq, isNull, or, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { apiTokens } from "#db/schema/people.ts";
import { sha256 } from "../secrets.ts";
import type { Role } from "./roles.ts";
import { type Scope, scopes } from "./scopes.ts";
import { sessionOf } from "./session.ts";

/** Who makes a request. `actor` is how the audit log names them; without `scopes` the role alone decides. */
export type Caller = {
  via: "token" | "session";
  id: string;
  role: Role;
  scopes: readonly Scope[] | null;
  actor: string;
};

/** The caller of a request by its bearer token or its console session; null when it proves neither. */
export async function callerOf(db: Db, headers: Headers): Promise<Caller | null> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) return tokenCaller(db, bearer);
  const session = await sessionOf(db, headers.get("cookie") ?? "");
  if (!session) return null;
  return { via: "session", id: session.userId, role: session.role, scopes: null, actor: session.email };
}

async function tokenCaller(db: Db, bearer: string): Promise<Caller | null> {
  const live = and(
    eq(apiTokens.hash, sha256(bearer)),
    isNull(apiTokens.revokedAt),
    or(isNull(apiTokens.expiresAt), sql`${apiTokens.expiresAt} > now()`),
  );
  const [token] = await db.select().from(apiTokens).where(live);
  if (!token) return null;
  await noteUse(db, token.id, token.lastUsedAt);
  // A scope that this version does not know allows nothing.
  const granted = token.scopes && scopes.filter((scope) => token.scopes?.includes(scope));
  return { via: "token", id: token.id, role: token.role, scopes: granted, actor: `token ${token.name}` };
}

/** To the minute is enough to see whether a token is in use, and spares a write per call. */
async function noteUse(db: Db, id: string, lastUsedAt: Date | null): Promise<void> {
  if (lastUsedAt && Date.now() - lastUsedAt.getTime() < 60_000) return;
  await db.update(apiTokens).set({ lastUsedAt: sql`now()` }).where(eq(apiTokens.id, id));
}
