import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { apiTokens } from "#db/schema/people.ts";
import type { ApiToken, ApiTokenCreate, ApiTokenCreated } from "../api/token-shapes.ts";
import { audit } from "../auth/audit.ts";
import { roleOf, scopes } from "../auth/scopes.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { newApiToken, sha256 } from "../secrets.ts";
import { notFound } from "./not-found.ts";

type TokenRow = typeof apiTokens.$inferSelect;

/** As much of a token as tells it from others, and helps nobody to guess the rest. */
const shownCharacters = 8;

/** Every API token, newest first; never the token itself. */
export async function listApiTokens(db: Db): Promise<{ items: ApiToken[]; nextCursor: null }> {
  const rows = await db.select().from(apiTokens).orderBy(desc(apiTokens.id));
  return { items: rows.map(tokenJson), nextCursor: null };
}

/** Makes an API token; it is in this answer and nowhere else after. Throws `invalid` for an expiry that is past. */
export async function createApiToken(db: Db, given: ApiTokenCreate, actor: string): Promise<ApiTokenCreated> {
  const token = newApiToken();
  const id = uuidv7();
  const expiresAt = given.expiresAt ? new Date(given.expiresAt) : null;
  if (expiresAt && expiresAt <= new Date()) {
    const message = "This moment is past.";
    throw new AppError("invalid", `expiresAt: ${message}`, [{ path: "expiresAt", message }]);
  }
  await db.transaction(async (tx) => {
    await tx.insert(apiTokens).values({
      id,
      name: given.name,
      hash: sha256(token),
      prefix: token.slice(0, shownCharacters),
      role: roleOf(given.scopes),
      scopes: given.scopes,
      createdBy: actor,
      expiresAt,
    });
    await audit(tx, actor, "created", "api_token", id, { name: given.name, scopes: given.scopes });
  });
  return { ...(await getApiToken(db, id)), token };
}

/** Revokes an API token from the next call on; a second time changes nothing. */
export async function revokeApiToken(db: Db, id: string, actor: string): Promise<ApiToken> {
  const known = await getApiToken(db, id);
  if (known.fromEnvironment && known.state !== "revoked") {
    throw new AppError(
      "conflict",
      "This token is ROLLCALL_API_TOKEN. Take it out of the environment and start Rollcall again.",
    );
  }
  await db.transaction(async (tx) => {
    const revoked = await tx
      .update(apiTokens)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(apiTokens.id, id), isNull(apiTokens.revokedAt)))
      .returning({ id: apiTokens.id });
    if (revoked.length > 0) await audit(tx, actor, "revoked", "api_token", id, { name: known.name });
  });
  return getApiToken(db, id);
}

async function getApiToken(db: Db, id: string): Promise<ApiToken> {
  const [row] = await db.select().from(apiTokens).where(eq(apiTokens.id, id));
  if (!row) throw notFound("API token");
  return tokenJson(row);
}

const stateOf = ({ revokedAt, expiresAt }: TokenRow): ApiToken["state"] => {
  if (revokedAt) return "revoked";
  return expiresAt && expiresAt <= new Date() ? "expired" : "active";
};

const tokenJson = (row: TokenRow): ApiToken => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  role: row.role,
  scopes: row.scopes && scopes.filter((scope) => row.scopes?.includes(scope)),
  fromEnvironment: row.fromEnvironment,
  state: stateOf(row),
  createdAt: row.createdAt.toISOString(),
  createdBy: row.createdBy,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});
