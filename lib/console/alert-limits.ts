import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { alertLimits } from "#db/schema/alerts.ts";
import type { AlertLimits, AlertLimitsPatch } from "../api/alert-shapes.ts";
import { audit } from "../auth/audit.ts";
import { limitNames, limits, readLimits } from "../care/alerts/limits.ts";

/** From when on something is an alert, with the default of each limit and what may be chosen. */
export async function getAlertLimits(db: Db): Promise<AlertLimits> {
  const held = await readLimits(db);
  const items = limitNames.map((name) => ({ name, value: held[name], ...limits[name] }));
  return { items, nextCursor: null };
}

/** Changes limits; the next look, within 15 seconds, goes by them. */
export async function patchAlertLimits(
  db: Db,
  { limits: given }: AlertLimitsPatch,
  actor: string,
): Promise<AlertLimits> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`lock table alert_limits in share row exclusive mode`);
    const before = await readLimits(tx);
    const changed = limitNames.flatMap((name) => {
      const value = given[name];
      return value === undefined || value === before[name] ? [] : [{ name, value }];
    });
    for (const { name, value } of changed)
      await tx
        .insert(alertLimits)
        .values({ name, value })
        .onConflictDoUpdate({ target: alertLimits.name, set: { value, updatedAt: sql`now()` } });
    if (changed.length === 0) return;
    const difference = changed.map(({ name, value }) => [name, [before[name], value]]);
    await audit(tx, actor, "changed", "alert_limits", null, Object.fromEntries(difference));
  });
  return getAlertLimits(db);
}
