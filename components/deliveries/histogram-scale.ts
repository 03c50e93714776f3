import type { DeliveryCounts } from "#lib/api/delivery-shapes.ts";
import { type ChartGroup, chartGroups } from "../status/outcomes.ts";
import { count } from "../time/durations.ts";
import { clockShort } from "../time/zoned.ts";

export type Bucket = DeliveryCounts["buckets"][number];

/** The last slice where the range ends in the middle of it; null where all are whole. */
export function begunSlice({ buckets, bucketSeconds, to }: DeliveryCounts): number | null {
  const last = buckets.at(-1);
  if (!last) return null;
  return Date.parse(last.at) + bucketSeconds * 1000 > Date.parse(to) ? buckets.length - 1 : null;
}

/** What a bar stands for when some groups are hidden. */
export const bucketTotal = (bucket: Bucket, hidden: ReadonlySet<ChartGroup> = new Set()): number =>
  chartGroups.reduce((sum, group) => sum + (hidden.has(group.key) ? 0 : bucket[group.key]), 0);

/**
 * Bars that stand over five times above all others are cut, at most one in twelve; `cut` holds their indexes. The slice
 * that has only begun (`begun`) is low for a while and no measure for the others.
 */
export function histogramScale(
  totals: readonly number[],
  begun: number | null = null,
): {
  top: number;
  ticks: number[];
  cut: Set<number>;
} {
  const all = totals.map((total, index) => ({ total, index })).sort((a, b) => b.total - a.total);
  const next = all.find(({ index }) => index !== begun)?.total ?? 0;
  // It counts as soon as it is the highest.
  const order = all.filter(({ index, total }) => index !== begun || total > next);
  const most = Math.max(1, Math.floor(totals.length / 12));
  let cuts = 0;
  for (let at = 1; at <= most && at < order.length; at++) {
    const below = order[at]?.total ?? 0;
    if (below > 0 && (order[at - 1]?.total ?? 0) > 5 * below) cuts = at;
  }
  const lately = all.find(({ index, total }) => index === begun && total <= next)?.total ?? 0;
  const highest = Math.max(2, order[cuts]?.total ?? 0, lately);
  const step = niceStep(highest / 3);
  const top = Math.ceil(highest / step) * step;
  const ticks: number[] = [];
  for (let tick = step; tick < top; tick += step) ticks.push(tick);
  return { top, ticks, cut: new Set(order.slice(0, cuts).map((one) => one.index)) };
}

/**
 * The one label of all cut bars: "4,182, bar cut" or "653, 4,026 and 190, bars cut". It stands on the side of the bar
 * `at` where the chart has room and no other cut bar is near; null where none is cut.
 */
export function cutLabel(
  cut: ReadonlySet<number>,
  totals: readonly number[],
): { at: number; side: "left" | "right"; text: string } | null {
  const indexes = [...cut].sort((a, b) => a - b);
  const [first, last] = [indexes[0], indexes.at(-1)];
  if (first === undefined || last === undefined) return null;
  const numbers = indexes.map((index) => count(totals[index] ?? 0));
  const listed = [numbers.slice(0, -1).join(", "), numbers.at(-1)].filter(Boolean).join(" and ");
  const isLeft = first >= totals.length - 1 - last;
  return {
    at: isLeft ? first : last,
    side: isLeft ? "left" : "right",
    text: `${listed}, ${numbers.length === 1 ? "bar" : "bars"} cut`,
  };
}

function niceStep(least: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, least))));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? power * 10;
}

const minute = 60_000;
const axisSteps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 5760, 10_080].map(
  (one) => one * minute,
);

/** The first label names the day and is the widest: another one this near would touch it in a narrow chart. */
const besideFirst = 0.13;

/** Labels under the chart on round times of the zone, each at a share (0 to 1) of the width. */
export function axisLabels(from: string, to: string, zone: string): { at: number; text: string }[] {
  const start = Date.parse(from);
  const span = Date.parse(to) - start;
  const step = axisSteps.find((one) => span / one <= 8.5) ?? 10_080 * minute;
  const offset = zoneOffset(start, zone);
  const first = Math.ceil((start + offset) / step) * step - offset;
  const labels = [{ at: 0, text: dayAndTime(start, zone, step) }];
  for (let at = first; at < start + span; at += step) {
    const share = (at - start) / span;
    if (share < besideFirst || share > 0.97) continue;
    const midnight = (at + offset) % (1440 * minute) === 0;
    labels.push({
      at: share,
      text: midnight ? dayAndTime(at, zone, step) : clockShort(new Date(at).toISOString(), zone),
    });
  }
  return labels;
}

/** "Sat 00:00", or "Sat 21" where a label stands for a day or more. */
function dayAndTime(at: number, zone: string, step: number): string {
  const options =
    step >= 1440 * minute ? ({ weekday: "short", day: "numeric" } as const) : ({ weekday: "short" } as const);
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(at).replace(",", "");
  return step >= 1440 * minute ? day : `${day} ${clockShort(new Date(at).toISOString(), zone)}`;
}

function zoneOffset(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
  return local - Math.floor(at / minute) * minute;
}
