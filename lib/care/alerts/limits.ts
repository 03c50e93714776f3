import type { Tx } from "#db/client.ts";
import { alertLimits } from "#db/schema/alerts.ts";

/** From when on something is an alert. An owner can choose another value between `least` and `most`. */
export const limits = {
  workLateMinutes: { standard: 5, least: 1, most: 1_440 },
  gaveUpCount: { standard: 1, least: 1, most: 10_000 },
  silenceMinutes: { standard: 60, least: 10, most: 43_200 },
  passwordLateMinutes: { standard: 5, least: 1, most: 1_440 },
} as const;

export type LimitName = keyof typeof limits;
export type Limits = Record<LimitName, number>;
export const limitNames = Object.keys(limits) as [LimitName, ...LimitName[]];

/** The limits that hold now. */
export async function readLimits(db: Tx): Promise<Limits> {
  const chosen = new Map((await db.select().from(alertLimits)).map(({ name, value }) => [name, value]));
  const held = limitNames.map((name) => [name, chosen.get(name) ?? limits[name].standard]);
  return Object.fromEntries(held) as Limits; // One entry for each name.
}
