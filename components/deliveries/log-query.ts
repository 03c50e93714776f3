import { foldsFloods, type LogFilter } from "./log-filter.ts";

/** Ranges that end now. */
export const ranges = [
  { value: "15m", minutes: 15, word: "Last 15 minutes" },
  { value: "1h", minutes: 60, word: "Last hour" },
  { value: "6h", minutes: 360, word: "Last 6 hours" },
  { value: "24h", minutes: 1440, word: "Last 24 hours" },
  { value: "7d", minutes: 10_080, word: "Last 7 days" },
  { value: "30d", minutes: 43_200, word: "Last 30 days" },
] as const;

export type RangeName = (typeof ranges)[number]["value"];
export const rangeNames = ranges.map((range) => range.value) as [RangeName, ...RangeName[]];

/** Either a length that ends now, or two fixed moments (ISO 8601). */
export type LogRange = { range: RangeName; from: string | null; to: string | null };

/** A fixed range does not move, so nothing new can arrive in it. */
export const isFixed = (range: LogRange): boolean => range.from !== null && range.to !== null;

/** The moments a range covers at `nowMs`; a moving range has no end, so that what arrives next counts. */
export function resolveRange(range: LogRange, nowMs: number): { from: string; to: string | null } {
  if (range.from !== null && range.to !== null) return { from: range.from, to: range.to };
  const minutes = ranges.find((one) => one.value === range.range)?.minutes ?? 1440;
  return { from: new Date(nowMs - minutes * 60_000).toISOString(), to: null };
}

/** The query of /api/v1/deliveries and its siblings: the filter's own names, without what is not set. */
export function apiQuery(
  filter: LogFilter,
  range: { from: string; to: string | null } | null,
  more: Record<string, string | number | null> = {},
): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...filter, ...range, ...more })) {
    if (value === null || (Array.isArray(value) && value.length === 0)) continue;
    query[name] = Array.isArray(value) ? value.join(",") : String(value);
  }
  return query;
}

/** The query of the rows of the log, with floods folded where the filter folds them. */
export const rowsQuery = (
  filter: LogFilter,
  range: { from: string; to: string | null },
  more: Record<string, string | number | null> = {},
): Record<string, string> =>
  apiQuery(filter, range, { ...(foldsFloods(filter) ? { floods: "folded" } : {}), ...more });

/** The shortest range that ends now and still holds a moment, but none shorter than the one in use. */
export function rangeSince(at: string, nowMs: number, inUse: RangeName): RangeName {
  const long = ranges.findIndex(({ minutes }) => nowMs - Date.parse(at) < (minutes - 1) * 60_000);
  const used = ranges.findIndex(({ value }) => value === inUse);
  return ranges[long < 0 ? ranges.length - 1 : Math.max(long, used)]?.value ?? "30d";
}
