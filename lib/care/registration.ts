import { eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { registrationChecks } from "#db/schema/alerts.ts";
import { connections } from "#db/schema/connections.ts";
import { audit } from "../auth/audit.ts";
import { withConnectionLock } from "../console/connection-lock.ts";
import { keepWebhook, letsIn, registerWebhook, wantedWebhook } from "../console/event-webhook.ts";
import type { RegisteredWebhook, Registration } from "../crm/contract.ts";
import { AppError, GiveUp, RetryLater } from "../errors.ts";
import { log } from "../log.ts";
import { type ConnectionRow, openConnection } from "../sync/open-connection.ts";
import { requestSweep } from "./request-sweep.ts";

/** What can be wrong with a webhook in the CRM; `key`: its key does not let every webhook in. */
export type Fault = "missing" | "inactive" | "url" | "events" | "sources" | "list" | "key";

/** What one look found and did; null when the connection wants no webhook or is being changed right now. */
export type CheckResult = { state: "ok" | "repaired" | "lost" | "unknown"; found: Fault[] } | null;

const sameNames = (a: readonly string[], b: readonly string[]) =>
  a.toSorted().join(" ") === b.toSorted().join(" ");

/** What differs between the webhook that is there and the one that is wanted. */
export function faultsOf(there: RegisteredWebhook | null, wanted: Registration): Fault[] {
  if (!there) return ["missing"];
  return [
    ...(there.active ? [] : (["inactive"] as const)),
    ...(there.url === wanted.url ? [] : (["url"] as const)),
    ...(sameNames(there.events, wanted.events) ? [] : (["events"] as const)),
    ...(sameNames(there.sources, wanted.sources) ? [] : (["sources"] as const)),
    ...(there.listId === wanted.listId ? [] : (["list"] as const)),
  ];
}

/**
 * Looks at a connection's webhook in the CRM, repairs what is wrong, and keeps what was found. A change of the
 * connection that is under way is never fought: the look is left out. When webhooks may have been missed, a sweep of
 * the contacts is asked for.
 */
export async function checkRegistration(db: Db, connectionId: string): Promise<CheckResult> {
  try {
    return await withConnectionLock(db, connectionId, () => lookAndRepair(db, connectionId), 0);
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") return null;
    throw error;
  }
}

async function lookAndRepair(db: Db, connectionId: string): Promise<CheckResult> {
  const [row] = await db.select().from(connections).where(eq(connections.id, connectionId));
  if (row?.mode !== "event") {
    await db.delete(registrationChecks).where(eq(registrationChecks.connectionId, connectionId));
    return null;
  }
  const found = await look(db, row).catch((error: unknown) => keepTrouble(db, row, "unknown", [], error));
  if (!Array.isArray(found)) return found;
  if (found.length === 0) return keepFine(db, row);
  try {
    const registered = await registerWebhook(db, row);
    await keepRepair(db, row, registered, found);
  } catch (error) {
    return keepTrouble(db, row, "lost", found, error);
  }
  return { state: "repaired", found };
}

async function look(db: Db, row: ConnectionRow): Promise<Fault[]> {
  if (row.webhookKeyId === null) return ["missing"];
  const { client } = openConnection(db, row);
  const wanted = wantedWebhook(row, row.webhookKeyId);
  const faults = faultsOf(await client.registered(wanted, row.webhookId), wanted);
  return (await letsIn(db, row.webhookKeyId)) ? faults : [...faults, "key"];
}

async function keepFine(db: Db, row: ConnectionRow): Promise<CheckResult> {
  const fine = { state: "ok" as const, found: [], reason: null, detail: null, lostSince: null };
  await keep(db, row.id, { ...fine, checkedAt: new Date() });
  return { state: "ok", found: [] };
}

async function keepRepair(
  db: Db,
  row: ConnectionRow,
  registered: Awaited<ReturnType<typeof registerWebhook>>,
  found: Fault[],
): Promise<void> {
  const at = new Date();
  log.warn({ connection: row.id, found }, "registration.repaired");
  await db.transaction(async (tx) => {
    await keepWebhook(tx, row.id, registered);
    await audit(tx, "Rollcall", "repaired", "connection", row.id, { webhook: found });
    const times = { checkedAt: at, lostSince: null, repairedAt: at, repairedFound: found };
    await keep(tx, row.id, { state: "repaired", found: [], reason: null, detail: null, ...times });
    await tx
      .update(registrationChecks)
      .set({ repairs: sql`${registrationChecks.repairs} + 1` })
      .where(eq(registrationChecks.connectionId, row.id));
    // A webhook that was never there has missed nothing.
    const cause = found.includes("inactive") || found.includes("key") ? "webhook_off" : "webhook_missing";
    if (row.webhookId !== null) await requestSweep(tx, row.id, cause);
  });
}

/** The CRM did not let itself be asked or changed; what only the CRM caused is kept, everything else is thrown on. */
async function keepTrouble(
  db: Db,
  row: ConnectionRow,
  state: "lost" | "unknown",
  found: Fault[],
  error: unknown,
): Promise<CheckResult> {
  const cause = error instanceof AppError ? error.cause : error;
  if (!(cause instanceof GiveUp || cause instanceof RetryLater)) throw error;
  const { reason, detail } = cause;
  log.warn({ connection: row.id, found, reason, detail }, "registration.not_checked");
  const lost = state === "lost" ? { lostSince: sql`coalesce(registration_checks.lost_since, now())` } : {};
  await keep(db, row.id, { state, found, reason, detail, checkedAt: new Date(), ...lost });
  return { state, found };
}

type Values = Partial<Omit<typeof registrationChecks.$inferInsert, "lostSince">> & {
  lostSince?: Date | null | ReturnType<typeof sql>;
};

async function keep(tx: Pick<Db, "insert">, connectionId: string, values: Values): Promise<void> {
  const first = values.lostSince === undefined || values.lostSince === null ? null : new Date();
  await tx
    .insert(registrationChecks)
    .values({ connectionId, takenAt: new Date(), ...values, lostSince: first })
    .onConflictDoUpdate({ target: registrationChecks.connectionId, set: values });
}
