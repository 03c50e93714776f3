import { eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import type { Connection, ConnectionCreate, ConnectionPatch } from "../api/connection-shapes.ts";
import { audit } from "../auth/audit.ts";
import type { Crm } from "../crm/contract.ts";
import { crms } from "../crm/registry.ts";
import { env } from "../env.ts";
import { AppError, GiveUp } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import { seal } from "../secrets.ts";
import type { ConnectionRow } from "../sync/open-connection.ts";
import { protectedRoles, roleSlug } from "../words.ts";
import { runTest } from "./connection-test.ts";
import { connectionRow, getConnection } from "./connections.ts";
import { keepWebhook, registerWebhook, unregisterWebhook } from "./event-webhook.ts";

/**
 * Keeps a new connection, registers its webhook when its mode is `event`, and tests it. It is kept even when the CRM
 * cannot be reached: the report in `lastTest` says so, and a later PATCH of the mode registers the webhook.
 */
export async function createConnection(db: Db, given: ConnectionCreate, actor: string): Promise<Connection> {
  const crm: Crm = crms[given.kind];
  const id = uuidv7();
  const { credentials, baseUrl, ...settings } = given;
  const byDefault = (words: Crm["events"]) => words.filter((word) => word.byDefault).map((word) => word.name);
  refuseProtectedRole(given.defaultRole);
  const values = {
    mode: "automation" as const,
    defaultRole: "subscriber",
    fieldMap: [],
    events: byDefault(crm.events),
    sources: byDefault(crm.sources),
    callsPerSecond: crm.defaultCallsPerSecond,
    ...settings,
    returnPasswordField: settings.returnPasswordField || null,
    id,
    baseUrl: normalized(crm, baseUrl),
    credentials: sealed(credentials),
  };
  await db.transaction(async (tx) => {
    await tx.insert(connections).values(values);
    await audit(tx, actor, "created", "connection", id, {
      name: given.name,
      kind: given.kind,
      mode: values.mode,
    });
  });
  if (values.mode === "event") await registerIfPossible(db, id);
  await runTest(db, await connectionRow(db, id));
  return getConnection(db, id);
}

/**
 * Changes a connection. The CRM is called first: when it does not take the webhook of a new mode, nothing is changed
 * and AppError("unavailable") says why. New credentials or a new address are tested.
 */
export async function patchConnection(
  db: Db,
  id: string,
  patch: ConnectionPatch,
  actor: string,
): Promise<Connection> {
  const before = await connectionRow(db, id);
  const crm: Crm = crms[before.kind];
  refuseProtectedRole(patch.defaultRole);
  const { credentials, baseUrl, returnPasswordField, ...settings } = patch;
  const changes = {
    ...settings,
    ...(returnPasswordField === undefined ? {} : { returnPasswordField: returnPasswordField || null }),
    ...(baseUrl === undefined ? {} : { baseUrl: normalized(crm, baseUrl) }),
    ...(credentials === undefined ? {} : { credentials: sealed(credentials) }),
  };
  const moved = changes.baseUrl !== undefined && changes.baseUrl !== before.baseUrl;
  const after: ConnectionRow = { ...before, ...changes, ...(moved ? { webhookId: null } : {}) };
  const registered = needsWebhook(before, after) ? await registerWebhook(db, after) : undefined;
  const leaves = before.mode === "event" && after.mode === "automation";
  if (leaves) await unregisterWebhook(db, before);
  await db.transaction(async (tx) => {
    await tx
      .update(connections)
      .set({ ...changes, updatedAt: sql`now()` })
      .where(eq(connections.id, id));
    if (registered) await keepWebhook(tx, id, registered);
    if (leaves) await keepWebhook(tx, id, null);
    await audit(tx, actor, "changed", "connection", id, { fields: Object.keys(changes), mode: after.mode });
  });
  const retest = credentials !== undefined || baseUrl !== undefined || returnPasswordField !== undefined;
  if (retest || registered || leaves) await runTest(db, await connectionRow(db, id));
  return getConnection(db, id);
}

/** The webhook in the CRM is not there yet, or would say something else than before. */
function needsWebhook(before: ConnectionRow, after: ConnectionRow): boolean {
  if (after.mode !== "event") return false;
  if (before.mode !== "event" || after.webhookId === null) return true;
  const said = ({ events, sources, listId }: ConnectionRow) => JSON.stringify([events, sources, listId]);
  return said(before) !== said(after);
}

async function registerIfPossible(db: Db, id: string): Promise<void> {
  const row = await connectionRow(db, id);
  try {
    const registered = await registerWebhook(db, row);
    await db.transaction((tx) => keepWebhook(tx, id, registered));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log.warn({ connection: id, reason: error.message }, "connection.webhook_not_registered");
  }
}

const sealed = (credentials: Record<string, string>): Buffer =>
  seal(env().ENCRYPTION_KEY, JSON.stringify(credentials));

function normalized(crm: Crm, baseUrl: string): string {
  try {
    return crm.normalizeBaseUrl(baseUrl);
  } catch (error) {
    if (!(error instanceof GiveUp)) throw error;
    const message = error.detail ?? `This is not an address of ${crm.label}.`;
    throw new AppError("invalid", `baseUrl: ${message}`, [{ path: "baseUrl", message }]);
  }
}

function refuseProtectedRole(role: string | undefined): void {
  if (role === undefined || !protectedRoles.includes(roleSlug(role))) return;
  const message = `New members cannot get the role ${role} by default.`;
  throw new AppError("invalid", `defaultRole: ${message}`, [{ path: "defaultRole", message }]);
}
