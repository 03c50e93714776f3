import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { accessKeys } from "#db/schema/connections.ts";
import type { AccessKey, AccessKeyCreate, AccessKeyCreated } from "../api/key-shapes.ts";
import type { AccessKeyPatch } from "../api/more-shapes.ts";
import { audit } from "../auth/audit.ts";
import type { Caller } from "../auth/caller.ts";
import { readRange } from "../door/keys.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { newAccessKey, sha256 } from "../secrets.ts";
import { protectedRoles, roleSlug } from "../words.ts";
import { getAccessKey, keyUrls } from "./access-keys.ts";
import { connectionRow } from "./connections.ts";
import { notifyKeys, prefixOf } from "./event-webhook.ts";
import { notFound } from "./not-found.ts";

type KeyValues = typeof accessKeys.$inferInsert;
type By = Pick<Caller, "actor" | "role">;

/** Fewer base62 characters than this hold less than 128 random bits. */
const fullLength = 22;

/** Makes an access key, or takes an existing plug-in key along; the key is in this answer and nowhere else after. */
export async function createAccessKey(
  db: Db,
  given: AccessKeyCreate,
  by: By,
  origin: string,
): Promise<AccessKeyCreated> {
  const { key: brought, expiresAt, ...settings } = given;
  checkSettings(given, by);
  await connectionRow(db, given.connectionId);
  const key = brought ?? newAccessKey();
  const id = uuidv7();
  await db.transaction(async (tx) => {
    await insertKey(tx, key, { ...settings, id, expiresAt: expiresAt ? new Date(expiresAt) : null });
    await audit(tx, by.actor, "created", "access_key", id, {
      name: given.name,
      brought: brought !== undefined,
    });
  });
  return withSecret(await getAccessKey(db, id), key, origin);
}

/**
 * Changes what a key may do, from the next request on; a revoked key stays as it is. One that hands out a protected role only
 * an owner changes. Throws conflict for a key that Rollcall keeps itself.
 */
export async function patchAccessKey(db: Db, id: string, patch: AccessKeyPatch, by: By): Promise<AccessKey> {
  checkSettings(patch, by);
  const { expiresAt, ...settings } = patch;
  const changes = {
    ...settings,
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
  };
  if (Object.keys(changes).length === 0) return getAccessKey(db, id);
  await db.transaction(async (tx) => {
    const key = await lockUsable(tx, id);
    if (!key) return;
    checkRoles(key.roles, by, (role) => `Only an owner may change a key that hands out the role ${role}.`);
    await tx.update(accessKeys).set(changes).where(eq(accessKeys.id, id));
    await notifyKeys(tx);
    await audit(tx, by.actor, "changed", "access_key", id, { fields: Object.keys(changes) });
  });
  return getAccessKey(db, id);
}

/** Revokes a key at once; a second time changes nothing. Throws conflict for a key that Rollcall keeps itself. */
export async function revokeAccessKey(db: Db, id: string, by: By): Promise<AccessKey> {
  await db.transaction(async (tx) => {
    if (!(await lockUsable(tx, id))) return;
    await tx.update(accessKeys).set({ revokedAt: sql`now()` }).where(eq(accessKeys.id, id));
    await notifyKeys(tx);
    await audit(tx, by.actor, "revoked", "access_key", id);
  });
  return getAccessKey(db, id);
}

/**
 * Makes a successor with the same rights and the same end; of a key that hands out a protected role only an owner may.
 * The old key works on for `overlapHours` (24 by default), to its own end at most. A key that works no more gives
 * `conflict`; so does the later of two rotations at once.
 */
export async function rotateAccessKey(
  db: Db,
  id: string,
  overlapHours: number | undefined,
  by: By,
  origin: string,
): Promise<AccessKeyCreated> {
  const key = newAccessKey();
  const successor = uuidv7();
  await db.transaction(async (tx) => {
    const works = or(isNull(accessKeys.expiresAt), gt(accessKeys.expiresAt, sql`now()`));
    const [old] = await tx
      .select()
      .from(accessKeys)
      .where(and(usable(id), works, isNull(accessKeys.replacedBy), eq(accessKeys.purpose, "automation")))
      .for("update");
    if (!old) throw await whyNotRotated(db, id);
    checkRoles(old.roles, by, (role) => `Only an owner may rotate a key that hands out the role ${role}.`);
    await tx
      .update(accessKeys)
      .set({
        replacedBy: successor,
        expiresAt: sql`least(${accessKeys.expiresAt}, now() + make_interval(secs => ${(overlapHours ?? 24) * 3600}))`,
      })
      .where(eq(accessKeys.id, id));
    const { connectionId, name, actions, roles, allowedIps, waitSeconds, expiresAt } = old;
    const same = { connectionId, name, actions, roles, allowedIps, waitSeconds, expiresAt };
    await insertKey(tx, key, { id: successor, ...same });
    await audit(tx, by.actor, "rotated", "access_key", id, { successor, overlapHours: overlapHours ?? 24 });
  });
  return withSecret(await getAccessKey(db, successor), key, origin);
}

const usable = (id: string) => and(eq(accessKeys.id, id), isNull(accessKeys.revokedAt));

/** A key that a person may change, as it is until the transaction ends; null when it is revoked or not there. */
async function lockUsable(tx: Tx, id: string): Promise<typeof accessKeys.$inferSelect | null> {
  const [key] = await tx.select().from(accessKeys).where(usable(id)).for("update");
  if (key?.purpose === "event") throw ownKey();
  return key ?? null;
}

const ownKey = () =>
  new AppError(
    "conflict",
    "Rollcall keeps this key itself. To renew it, set the connection’s mode to automations only and back.",
  );

async function whyNotRotated(db: Db, id: string): Promise<AppError> {
  const [key] = await db.select().from(accessKeys).where(eq(accessKeys.id, id));
  if (!key) return notFound("access key");
  if (key.revokedAt) return new AppError("conflict", "This key is revoked. Make a new one instead.");
  if (key.replacedBy) return new AppError("conflict", "This key has a successor already. Rotate that one.");
  if (key.expiresAt && key.expiresAt.getTime() <= Date.now())
    return new AppError("conflict", "This key has expired. Make a new one instead.");
  return ownKey();
}

async function insertKey(
  tx: Tx,
  key: string,
  values: Omit<KeyValues, "prefix" | "hash" | "weak">,
): Promise<void> {
  const inserted = await tx
    .insert(accessKeys)
    .values({
      ...values,
      prefix: prefixOf(key),
      hash: sha256(key),
      weak: key.length < fullLength,
    })
    .onConflictDoNothing({ target: accessKeys.hash })
    .returning({ id: accessKeys.id });
  if (inserted.length === 0)
    throw new AppError("conflict", "This key is registered already. Use another one.");
  await notifyKeys(tx);
}

const withSecret = (row: AccessKey, key: string, origin: string): AccessKeyCreated => ({
  ...row,
  key,
  urls: keyUrls(origin, key, row.actions),
});

function checkSettings({ roles, allowedIps }: AccessKeyPatch, by: By): void {
  checkRoles(roles, by, (role) => `Only an owner may let a key hand out the role ${role}.`);
  const unread = allowedIps?.find((range) => readRange(range) === null);
  if (unread === undefined) return;
  const message = `“${unread}” is neither an address nor a CIDR range, such as 198.51.100.0/24.`;
  throw new AppError("invalid", `allowedIps: ${message}`, [{ path: "allowedIps", message }]);
}

/** Throws forbidden, in these words, when the roles hold a protected one and the caller is no owner. */
function checkRoles(roles: AccessKeyPatch["roles"], by: By, words: (role: string) => string): void {
  const guarded = roles?.find((role) => protectedRoles.includes(roleSlug(role)));
  if (guarded !== undefined && by.role !== "owner") throw new AppError("forbidden", words(guarded));
}
