import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { alertMutes, alerts } from "#db/schema/alerts.ts";
import type { AlertMute, AlertMuteCreate } from "../api/alert-shapes.ts";
import { audit } from "../auth/audit.ts";
import { kindWords } from "../care/alerts/kinds.ts";
import { uuidv7 } from "../ids.ts";
import { notFound } from "./not-found.ts";

const hourMs = 3_600_000;

/** What is muted now, with the title of the alert where it is one. */
export async function listMutes(db: Db): Promise<{ items: AlertMute[]; nextCursor: null }> {
  const latest = sql<string | null>`(
    select a.text->>'title' from ${alerts} a where a.key = alert_mutes.key order by a.id desc limit 1)`;
  const rows = await db
    .select({ mute: alertMutes, alertTitle: latest })
    .from(alertMutes)
    .where(and(isNull(alertMutes.endedAt), sql`${alertMutes.until} > now()`))
    .orderBy(desc(alertMutes.id));
  return { items: rows.map(({ mute, alertTitle }) => muteJson(mute, alertTitle)), nextCursor: null };
}

const muteJson = (mute: typeof alertMutes.$inferSelect, alertTitle: string | null): AlertMute => {
  const { id, kind, key, until, actor, createdAt } = mute;
  const title = alertTitle ?? (kind ? kindWords[kind].title : (key ?? ""));
  return { id, kind, key, title, until: until.toISOString(), actor, createdAt: createdAt.toISOString() };
};

/** Mutes a kind, or one alert for as long as the same trouble has the same key; a mute of the same is replaced. */
export async function mute(db: Db, given: AlertMuteCreate, actor: string): Promise<AlertMute> {
  const alert = given.alertId === undefined ? null : await alertById(db, given.alertId);
  const values = {
    id: uuidv7(),
    kind: given.kind ?? null,
    key: alert?.key ?? null,
    until: new Date(Date.now() + given.hours * hourMs),
    actor,
  };
  const row = await db.transaction(async (tx) => {
    const same = values.key ? eq(alertMutes.key, values.key) : eq(alertMutes.kind, given.kind ?? "spool");
    await tx
      .update(alertMutes)
      .set({ endedAt: sql`now()` })
      .where(and(same, isNull(alertMutes.endedAt)));
    const [made] = await tx.insert(alertMutes).values(values).returning();
    const details = { kind: values.kind, key: values.key, hours: given.hours };
    await audit(tx, actor, "muted", "alert", alert?.id ?? null, details);
    return made;
  });
  if (!row) throw new Error("PostgreSQL returned no mute.");
  return muteJson(row, alert?.text.title ?? null);
}

async function alertById(db: Db, id: string): Promise<typeof alerts.$inferSelect> {
  const [row] = await db.select().from(alerts).where(eq(alerts.id, id));
  if (!row) throw notFound("alert");
  return row;
}

/** Ends a mute; an alert that is open and was told to nobody is told now. */
export async function unmute(db: Db, id: string, actor: string): Promise<{ ended: true }> {
  await db.transaction(async (tx) => {
    const rows = await tx
      .update(alertMutes)
      .set({ endedAt: sql`now()` })
      .where(and(eq(alertMutes.id, id), isNull(alertMutes.endedAt)))
      .returning();
    const [row] = rows;
    if (!row) throw notFound("mute");
    await audit(tx, actor, "unmuted", "alert", null, { kind: row.kind, key: row.key });
  });
  return { ended: true };
}
