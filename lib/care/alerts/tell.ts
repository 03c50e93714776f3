import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";
import { alertChannels, alertMutes, alertSends, alerts } from "#db/schema/alerts.ts";
import { uuidv7 } from "../../ids.ts";
import { type AlertRow, type Message, messageOf } from "./message.ts";

type Mute = typeof alertMutes.$inferSelect;

const muteOf = (mutes: Mute[], alert: AlertRow): Mute | undefined =>
  mutes.find((mute) => mute.key === alert.key || mute.kind === alert.kind);

/**
 * Puts what has to be told into the outbox: each alert that opened, to every channel that takes its kind, and each that
 * closed, to those that were told it opened. A muted alert is told when the mute ends, if it is still open then.
 */
export async function tell(tx: Tx, now: Date, closed: readonly AlertRow[]): Promise<void> {
  const mutes = await tx
    .select()
    .from(alertMutes)
    .where(and(isNull(alertMutes.endedAt), sql`${alertMutes.until} > ${now.toISOString()}::timestamptz`));
  const opened = await tx
    .select()
    .from(alerts)
    .where(and(isNotNull(alerts.openedAt), isNull(alerts.toldAt), isNull(alerts.closedAt)));
  for (const alert of opened) {
    const mute = muteOf(mutes, alert);
    if (mute) await noteMute(tx, alert, mute);
    else await tellOpened(tx, alert, now);
  }
  for (const alert of closed.filter(({ toldAt }) => toldAt !== null)) {
    const mute = muteOf(mutes, alert);
    if (mute) await noteMute(tx, alert, mute);
    else await tellClosed(tx, alert);
  }
}

async function noteMute(tx: Tx, alert: AlertRow, mute: Mute): Promise<void> {
  if (alert.mutedBy === mute.actor) return;
  await tx.update(alerts).set({ mutedBy: mute.actor }).where(eq(alerts.id, alert.id));
}

async function tellOpened(tx: Tx, alert: AlertRow, now: Date): Promise<void> {
  const channels = await tx
    .select({ id: alertChannels.id })
    .from(alertChannels)
    .where(
      and(
        eq(alertChannels.enabled, true),
        sql`(${alertChannels.alertKinds} is null or ${alert.kind} = any(${alertChannels.alertKinds}))`,
      ),
    );
  await tx.update(alerts).set({ toldAt: now }).where(eq(alerts.id, alert.id));
  await post(tx, alert, channels, "opened");
}

async function tellClosed(tx: Tx, alert: AlertRow): Promise<void> {
  const channels = await tx
    .select({ id: alertSends.channelId })
    .from(alertSends)
    .innerJoin(alertChannels, eq(alertChannels.id, alertSends.channelId))
    .where(
      and(
        eq(alertSends.alertId, alert.id),
        eq(alertSends.transition, "opened"),
        eq(alertChannels.enabled, true),
      ),
    );
  await post(tx, alert, channels, "closed");
}

/** One row a channel; the unique index keeps it one, whoever asks. */
async function post(
  tx: Tx,
  alert: AlertRow,
  channels: { id: string }[],
  transition: "opened" | "closed",
): Promise<void> {
  if (channels.length === 0) return;
  const message: Message = messageOf(alert, transition);
  const rows = channels.map(({ id: channelId }) => ({
    id: uuidv7(),
    alertId: alert.id,
    channelId,
    transition,
    message,
    nextAt: sql`now()`,
  }));
  await tx.insert(alertSends).values(rows).onConflictDoNothing();
}
