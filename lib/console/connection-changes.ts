import { eq, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import type { Connection, ConnectionCreate, ConnectionPatch, TestReport } from "../api/connection-shapes.ts";
import { audit } from "../auth/audit.ts";
import type { Crm } from "../crm/contract.ts";
import { crms } from "../crm/registry.ts";
import { env } from "../env.ts";
import { AppError, GiveUp } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import { closeBreakers } from "../queue/breaker.ts";
import type { ReasonCode } from "../reasons.ts";
import { seal } from "../secrets.ts";
import { breakerKeys } from "../sync/guarded-client.ts";
import type { ConnectionRow } from "../sync/open-connection.ts";
import { requeue } from "../sync/requeue.ts";
import { protectedRoles, roleSlug } from "../words.ts";
import { withConnectionLock } from "./connection-lock.ts";
import { runTest, tryConnection } from "./connection-test.ts";
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
 * Changes a connection, one change at a time. The CRM is called first: when it does not take the webhook of a new mode,
 * nothing is changed and AppError("unavailable") says why. New credentials or a new address are tested; credentials
 * that work queue again what the old ones gave up on.
 */
export async function patchConnection(
  db: Db,
  id: string,
  patch: ConnectionPatch,
  actor: string,
): Promise<Connection> {
  refuseProtectedRole(patch.defaultRole);
  const { webhookChanged } = await withConnectionLock(db, id, () => change(db, id, patch, actor));
  if (webhookChanged) await runTest(db, await connectionRow(db, id));
  return getConnection(db, id);
}

async function change(
  db: Db,
  id: string,
  patch: ConnectionPatch,
  actor: string,
): Promise<{ webhookChanged: boolean }> {
  const before = await connectionRow(db, id);
  const changes = changesOf(patch, crms[before.kind]);
  const moved = changes.baseUrl !== undefined && changes.baseUrl !== before.baseUrl;
  const after: ConnectionRow = { ...before, ...changes, ...(moved ? { webhookId: null } : {}) };
  const retest = ["credentials", "baseUrl", "returnPasswordField"].some((name) => name in changes);
  const tested = retest ? await tryConnection(db, after) : undefined;
  const registered = needsWebhook(before, after, patch) ? await registerWebhook(db, after) : undefined;
  const leaves = before.mode === "event" && after.mode === "automation";
  if (leaves) await unregisterWebhook(db, before);
  const mended = changes.credentials !== undefined && tested !== undefined && admits(tested.lastTest);
  await db.transaction(async (tx) => {
    await tx
      .update(connections)
      .set({ ...changes, ...tested, updatedAt: sql`now()` })
      .where(eq(connections.id, id));
    if (registered) await keepWebhook(tx, id, registered);
    if (leaves) await keepWebhook(tx, id, null);
    const details = { fields: Object.keys(changes), mode: after.mode };
    if (changes.credentials) await closeBreakers(tx, breakerKeys(after).slice(1));
    const refused = mended ? await requeueRefused(tx, id) : 0;
    const spent = isLimitMoved(before, after) ? await requeueSpent(tx, id) : 0;
    const again = refused + spent > 0 || mended ? { queuedAgain: refused + spent } : {};
    await audit(tx, actor, "changed", "connection", id, { ...details, ...again });
  });
  return { webhookChanged: leaves || registered !== undefined };
}

function changesOf({ credentials, baseUrl, returnPasswordField, ...settings }: ConnectionPatch, crm: Crm) {
  return {
    ...settings,
    ...(returnPasswordField === undefined ? {} : { returnPasswordField: returnPasswordField || null }),
    ...(baseUrl === undefined ? {} : { baseUrl: normalized(crm, baseUrl) }),
    ...(credentials === undefined ? {} : { credentials: sealed(credentials) }),
  };
}

/** The account answers and lets these credentials do their work, whatever else the test found. */
const admits = ({ checks }: TestReport): boolean =>
  !checks.some(
    ({ name, status }) => status === "failed" && ["address", "token", "permissions"].includes(name),
  );

const refusals: ReasonCode[] = ["crm_token_refused", "crm_forbidden", "crm_payment_required"];

/** Queues again what a connection gave up on because its CRM refused the credentials; returns how many. */
async function requeueRefused(tx: Tx, connectionId: string): Promise<number> {
  const gaveUp = sql`connection_id = ${connectionId} and status = 'dead' and reason in ${refusals}`;
  return (await requeue(tx, gaveUp, { priority: "retry" })).length;
}

const isLimitMoved = (before: ConnectionRow, after: ConnectionRow): boolean =>
  before.callsPerDay !== after.callsPerDay;

/** Queues again what waits for another day of calls; returns how many. */
async function requeueSpent(tx: Tx, connectionId: string): Promise<number> {
  const reason: ReasonCode = "day_budget_spent";
  const spent = sql`connection_id = ${connectionId} and status = 'failed' and reason = ${reason}`;
  return (await requeue(tx, spent, { priority: "retry" })).length;
}

/**
 * The webhook in the CRM is not there yet, or would say something else than before. A change that names the mode asks
 * for it in any case: somebody may have taken it out or altered it over there.
 */
function needsWebhook(before: ConnectionRow, after: ConnectionRow, patch: ConnectionPatch): boolean {
  if (after.mode !== "event") return false;
  if (patch.mode === "event" || before.mode !== "event" || after.webhookId === null) return true;
  const said = ({ events, sources, listId }: ConnectionRow) => JSON.stringify([events, sources, listId]);
  return said(before) !== said(after);
}

async function registerIfPossible(db: Db, id: string): Promise<void> {
  try {
    await withConnectionLock(db, id, async () => {
      const row = await connectionRow(db, id);
      if (row.mode !== "event" || row.webhookId !== null) return;
      const registered = await registerWebhook(db, row);
      await db.transaction((tx) => keepWebhook(tx, id, registered));
    });
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
