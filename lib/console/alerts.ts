import { and, desc, eq, inArray, isNotNull, isNull, lt, type SQL } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { alertChannels, alertSends, alerts } from "#db/schema/alerts.ts";
import type { Alert, AlertKindWords, AlertQuery, AlertSend } from "../api/alert-shapes.ts";
import { alertKinds, kindWords } from "../care/alerts/kinds.ts";
import { pageOf, readCursor } from "./cursor.ts";

/** Alerts that are open, or those that are over, newest first, with what was sent of each. */
export async function listAlerts(
  db: Db,
  query: AlertQuery,
): Promise<{ items: Alert[]; nextCursor: string | null }> {
  const { state, kind, cursor, limit } = query;
  const wanted: (SQL | undefined)[] = [
    isNotNull(alerts.openedAt),
    state === "open" ? isNull(alerts.closedAt) : isNotNull(alerts.closedAt),
    kind && eq(alerts.kind, kind),
    cursor === undefined ? undefined : lt(alerts.id, readCursor(cursor)),
  ];
  const rows = await db
    .select()
    .from(alerts)
    .where(and(...wanted))
    .orderBy(desc(alerts.id))
    .limit(limit + 1);
  const { items, nextCursor } = pageOf(rows, limit);
  const sends = await readSends(
    db,
    items.map(({ id }) => id),
  );
  return { items: items.map((row) => alertJson(row, sends.get(row.id) ?? [])), nextCursor };
}

/** What alerts are about, in words. */
export const listAlertKinds = (): { items: AlertKindWords[]; nextCursor: null } => ({
  items: alertKinds.map((kind) => ({ kind, title: kindWords[kind].title, note: kindWords[kind].note })),
  nextCursor: null,
});

function alertJson(row: typeof alerts.$inferSelect, sends: AlertSend[]): Alert {
  const { id, kind, key, level, connectionId, text, openedAt, firstSeenAt, closedAt, mutedBy } = row;
  return {
    id,
    kind,
    kindTitle: kindWords[kind].title,
    key,
    level,
    connectionId,
    ...text,
    openedAt: (openedAt ?? firstSeenAt).toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    mutedBy,
    sends,
  };
}

async function readSends(db: Db, ids: string[]): Promise<Map<string, AlertSend[]>> {
  const rows = await db
    .select({ send: alertSends, channelName: alertChannels.name })
    .from(alertSends)
    .innerJoin(alertChannels, eq(alertChannels.id, alertSends.channelId))
    .where(inArray(alertSends.alertId, ids))
    .orderBy(alertSends.id);
  const byAlert = new Map<string, AlertSend[]>();
  for (const { send, channelName } of rows) {
    const { alertId, channelId, transition, attempts, sentAt, nextAt, error } = send;
    const state = sentAt ? "sent" : nextAt ? "waiting" : "failed";
    const times = { sentAt: sentAt?.toISOString() ?? null, nextAt: nextAt?.toISOString() ?? null };
    const json: AlertSend = { channelId, channelName, transition, state, attempts, error, ...times };
    byAlert.set(alertId ?? "", [...(byAlert.get(alertId ?? "") ?? []), json]);
  }
  return byAlert;
}
