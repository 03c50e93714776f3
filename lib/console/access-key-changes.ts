import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import ipaddr from "ipaddr.js";
import type { Db, Tx } from "#db/client.ts";
import { accessKeys } from "#db/schema/connections.ts";
import type { AccessKey, AccessKeyCreate, AccessKeyCreated } from "../api/key-shapes.ts";
import type { AccessKeyPatch } from "../api/more-shapes.ts";
import { audit } from "../auth/audit.ts";
import type { Caller } from "../auth/caller.ts";
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

/** Changes what a key may do, from the next request on; a revoked key stays as it is. */
export async function patchAccessKey(db: Db, id: string, patch: AccessKeyPatch, by: By): Promise<AccessKey> {
  checkSettings(patch, by);
  const { expiresAt, ...settings } = patch;
  const changes = {
    ...settings,
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
  };
  if (Object.keys(changes).length === 0) return getAccessKey(db, id);
  await db.transaction(async (tx) => {
    const changed = await tx
      .update(accessKeys)
      .set(changes)
      .where(usable(id))
      .returning({ id: accessKeys.id });
    if (changed.length === 0) return;
    await notifyKeys(tx);
    await audit(tx, by.actor, "changed", "access_key", id, { fields: Object.keys(changes) });
  });
  return getAccessKey(db, id);
}

/** Revokes a key at once; a second time changes nothing. */
export async function revokeAccessKey(db: Db, id: string, by: By): Promise<AccessKey> {
  await db.transaction(async (tx) => {
    const revoked = await tx
      .update(accessKeys)
      .set({ revokedAt: sql`now()` })
      .where(usable(id))
      .returning({ id: accessKeys.id });
    if (revoked.length === 0) return;
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
    checkSettings({ roles: old.roles }, by);
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

async function whyNotRotated(db: Db, id: string): Promise<AppError> {
  const [key] = await db.select().from(accessKeys).where(eq(accessKeys.id, id));
  if (!key) return notFound("access key");
  if (key.revokedAt) return new AppError("conflict", "This key is revoked. Make a new one instead.");
  if (key.replacedBy) return new AppError("conflict", "This key has a successor already. Rotate that one.");
  if (key.expiresAt && key.expiresAt.getTime() <= Date.now())
    return new AppError("conflict", "This key has expired. Make a new one instead.");
  return new AppError(
    "conflict",
    "Rollcall manages this key itself. Switch the connection’s mode to renew it.",
  );
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
  const guarded = roles?.find((role) => protectedRoles.includes(roleSlug(role)));
  if (guarded !== undefined && by.role !== "owner") {
    throw new AppError("forbidden", `Only an owner may let a key hand out the role ${guarded}.`);
  }
  const unread = allowedIps?.find((range) => !ipaddr.isValid(range) && !ipaddr.isValidCIDR(range));
  if (unread === undefined) return;
  const message = `“${unread}” is neither an address nor a CIDR range.`;
  throw new AppError("invalid", `allowedIps: ${message}`, [{ path: "allowedIps", message }]);
}
