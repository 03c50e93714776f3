import type { Db } from "#db/client.ts";
import type { AlertText } from "#db/schema/alerts.ts";
import type { AlertKind } from "./kinds.ts";

/** Something that is wrong now. `key` names it: the same trouble has the same key for as long as it lasts. */
export type Condition = {
  kind: AlertKind;
  key: string;
  connectionId: string | null;
  level: "bad" | "wait";
  text: AlertText;
};

/** Reads everything of one kind that is wrong now. */
export type ReadConditions = (db: Db) => Promise<Condition[]>;

const grouped = new Intl.NumberFormat("en-US");

/** 1 webhook, 1,284 webhooks */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${grouped.format(value)} ${value === 1 ? one : many}`;

/** One unit, rounded down: 12 s, 26 min, 3 h, 2 d. */
export function roughly(ms: number): string {
  const units = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
  ] as const;
  const unit = units.find(([size]) => ms >= size) ?? ([1_000, "s"] as const);
  return `${Math.max(0, Math.floor(ms / unit[0]))} ${unit[1]}`;
}
