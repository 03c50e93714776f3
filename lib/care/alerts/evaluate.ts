import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { alerts } from "#db/schema/alerts.ts";
import { uuidv7 } from "../../ids.ts";
import { log } from "../../log.ts";
import type { Condition, ReadConditions } from "./condition.ts";
import { type AlertKind, alertKinds, kindWords } from "./kinds.ts";
import type { AlertRow } from "./message.ts";
import { tell } from "./tell.ts";

export type Readers = Partial<Record<AlertKind, ReadConditions>>;

/** Key of the advisory lock that lets one evaluation run at a time, over all processes. */
const lockKey = 7_263;

const secondsBetween = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000;

/**
 * Reads every condition once and moves the alerts on: opens what held long enough, closes what stayed away long enough,
 * and puts a message for every transition and channel into the outbox, all in one transaction. Returns false when
 * another process is at it. A kind that could not be read stays as it was.
 */
export async function evaluate(db: Db, readers: Readers, at?: Date): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx.execute<{ locked: boolean; now: string }>(
      sql`select pg_try_advisory_xact_lock(${lockKey}) as locked, clock_timestamp() as now`,
    );
    if (!row?.locked) return false;
    const now = at ?? new Date(row.now);
    const { found, read } = await readAll(db, readers);
    const closed = await move(tx, found, read, now);
    await tell(tx, now, closed);
    return true;
  });
}

async function readAll(db: Db, readers: Readers): Promise<{ found: Condition[]; read: Set<AlertKind> }> {
  const read = new Set<AlertKind>();
  const found: Condition[] = [];
  for (const kind of alertKinds) {
    try {
      found.push(...((await readers[kind]?.(db)) ?? []));
      if (readers[kind]) read.add(kind);
    } catch (error) {
      log.error({ err: error, kind }, "alerts.not_read");
    }
  }
  return { found, read };
}

/** Moves every alert of the kinds that were read, and returns those that closed. */
async function move(tx: Tx, found: Condition[], read: Set<AlertKind>, now: Date): Promise<AlertRow[]> {
  const current = await tx
    .select()
    .from(alerts)
    .where(and(isNull(alerts.closedAt), inArray(alerts.kind, [...read])))
    .for("update");
  const byKey = new Map(current.map((alert) => [alert.key, alert]));
  for (const condition of found) await seen(tx, byKey.get(condition.key), condition, now);
  const keys = new Set(found.map(({ key }) => key));
  const closed: AlertRow[] = [];
  for (const alert of current.filter(({ key }) => !keys.has(key)))
    closed.push(...(await away(tx, alert, now)));
  return closed;
}

/** It is wrong now: the alert is made, or brought up to date and opened when it held long enough. */
async function seen(tx: Tx, alert: AlertRow | undefined, condition: Condition, now: Date): Promise<void> {
  const firstSeenAt = alert?.firstSeenAt ?? now;
  const held = secondsBetween(firstSeenAt, now) >= kindWords[condition.kind].holdSeconds;
  const openedAt = alert?.openedAt ?? (held ? now : null);
  if (openedAt && !alert?.openedAt) log.warn({ alert: condition.key }, "alert.opened");
  if (!alert) {
    const made = { id: uuidv7(), ...condition, firstSeenAt, lastSeenAt: now, openedAt };
    await tx.insert(alerts).values(made);
    return;
  }
  const { level, text } = condition;
  await tx.update(alerts).set({ level, text, lastSeenAt: now, openedAt }).where(eq(alerts.id, alert.id));
}

/** It is not wrong now: what never opened is forgotten, what is open closes when it stayed away long enough. */
async function away(tx: Tx, alert: AlertRow, now: Date): Promise<AlertRow[]> {
  if (alert.openedAt === null) {
    await tx.delete(alerts).where(eq(alerts.id, alert.id));
    return [];
  }
  if (secondsBetween(alert.lastSeenAt, now) < kindWords[alert.kind].calmSeconds) return [];
  log.info({ alert: alert.key }, "alert.closed");
  return tx.update(alerts).set({ closedAt: now }).where(eq(alerts.id, alert.id)).returning();
}
