import { createHmac } from "node:crypto";
import { and, arrayContains, eq, isNull, ne, or, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { accessKeys, connections } from "#db/schema/connections.ts";
import type { Registration } from "../crm/contract.ts";
import { env } from "../env.ts";
import { uuidv7 } from "../ids.ts";
import { sha256 } from "../secrets.ts";
import { type ConnectionRow, openConnection } from "../sync/open-connection.ts";
import { callingCrm } from "./crm-trouble.ts";

/** Tells every door that access keys changed; it is heard when the transaction commits. */
export const notifyKeys = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`select pg_notify('rollcall_keys', '')`);
};

/** The beginning of a key, by which people tell keys apart. */
export const prefixOf = (key: string): string => key.slice(0, Math.min(8, Math.floor(key.length / 2)));

/**
 * The URL of an event webhook. Its key is derived from the key's id and ENCRYPTION_KEY (128 bits), so that it can be
 * compared with what the CRM has, and put right there, while the database still holds no key.
 */
export function webhookUrl(webhookKeyId: string): string {
  return `${env().publicUrl}/hooks/${eventKey(webhookKeyId)}/update`;
}

function eventKey(webhookKeyId: string): string {
  const drawn = createHmac("sha256", env().ENCRYPTION_KEY)
    .update(`event webhook ${webhookKeyId}`)
    .digest("hex");
  return `rck_${drawn.slice(0, 32)}`;
}

/** A webhook that is in the CRM and whose key the doors know, but that no connection row names yet. */
type Registered = { webhookId: string; webhookKeyId: string };

/**
 * Registers a connection's webhook in the CRM, or repairs the one that is there; a key that no longer lets webhooks in
 * gets a successor. When the CRM refuses, a new key goes again and AppError("unavailable") says why.
 */
export async function registerWebhook(db: Db, row: ConnectionRow): Promise<Registered> {
  const kept = row.webhookKeyId !== null && (await letsIn(db, row.webhookKeyId)) ? row.webhookKeyId : null;
  const webhookKeyId = kept ?? uuidv7();
  if (kept === null) await insertEventKey(db, row.id, webhookKeyId);
  const { client, crm } = openConnection(db, row);
  try {
    const wanted = wantedWebhook(row, webhookKeyId);
    const webhook = await callingCrm(crm.label, () => client.register(wanted, row.webhookId));
    return { webhookId: webhook.id, webhookKeyId };
  } catch (error) {
    if (kept === null) await db.delete(accessKeys).where(eq(accessKeys.id, webhookKeyId));
    throw error;
  }
}

/** What the webhook of a connection must say in the CRM. */
export function wantedWebhook(row: ConnectionRow, webhookKeyId: string): Registration {
  const { events, sources, listId } = row;
  // The end of the id is random; the connection's name is not used, because people change it.
  const label = `connection ${row.id.slice(-12)}`;
  return { events, sources, listId, url: webhookUrl(webhookKeyId), label };
}

/** The key is there before the CRM knows it, so that not even the first call is turned away. */
async function insertEventKey(db: Db, connectionId: string, id: string): Promise<void> {
  const key = eventKey(id);
  const values = { id, connectionId, name: "Event webhook", prefix: prefixOf(key), hash: sha256(key) };
  await db.transaction(async (tx) => {
    await tx.insert(accessKeys).values({ ...values, purpose: "event", actions: ["update"], roles: [] });
    await notifyKeys(tx);
  });
}

/** Whether every webhook with this key is let in, from anywhere and for good: nobody ended or narrowed it. */
export async function letsIn(db: Db, webhookKeyId: string): Promise<boolean> {
  const { id, actions, allowedIps, expiresAt, revokedAt } = accessKeys;
  const whole = and(
    eq(id, webhookKeyId),
    isNull(revokedAt),
    isNull(expiresAt),
    isNull(allowedIps),
    or(isNull(actions), arrayContains(actions, ["update"])),
  );
  return (await db.select({ id }).from(accessKeys).where(whole)).length > 0;
}

/** Takes a connection's webhook out of the CRM; one that is gone already is fine. */
export async function unregisterWebhook(db: Db, row: ConnectionRow): Promise<void> {
  const { webhookId } = row;
  if (!webhookId) return;
  const { client, crm } = openConnection(db, row);
  await callingCrm(crm.label, () => client.unregister(webhookId));
}

/** Ends every event key of a connection but one: calls with the others are turned away from now on. */
async function revokeEventKeys(tx: Tx, connectionId: string, keep: string): Promise<void> {
  const others = and(
    eq(accessKeys.connectionId, connectionId),
    eq(accessKeys.purpose, "event"),
    isNull(accessKeys.revokedAt),
    ne(accessKeys.id, keep),
  );
  await tx.update(accessKeys).set({ revokedAt: sql`now()` }).where(others);
  await notifyKeys(tx);
}

/**
 * Notes a registered webhook on its connection, and ends the keys of those before it. Without one the last key lives
 * on, so that events which the CRM sends late are kept as filtered and not turned away.
 */
export async function keepWebhook(tx: Tx, id: string, registered: Registered | null): Promise<void> {
  const { webhookId = null, webhookKeyId = null } = registered ?? {};
  await tx
    .update(connections)
    .set({ webhookId, webhookKeyId, updatedAt: sql`now()` })
    .where(eq(connections.id, id));
  if (webhookKeyId !== null) await revokeEventKeys(tx, id, webhookKeyId);
}
