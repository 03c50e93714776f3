/** What is usual for a connection is learned from counts of ten minutes each. */
export const binMinutes = 10;
const binMs = binMinutes * 60_000;
const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;

/** Below this chance that a silence is an ordinary one, it is not ordinary. */
const unlikely = 0.0001;
/** Weeks of history before hours of the week are compared, and days before gaps are. */
const leastWeeks = 2;
const leastDays = 3;
const leastBins = 20;
const gapFactor = 3;

/** Arrivals of one connection: how many webhooks came in the ten minutes that begin at `atMs`; empty ones are left out. */
export type Arrivals = readonly { atMs: number; count: number }[];

/** What was usual at the time of a silence, as the second half of its sentence. */
export type Verdict = { silent: true; usual: string } | { silent: false };

const quiet: Verdict = { silent: false };

/** The hour of the week in UTC, 0 to 167. */
const slotOf = (atMs: number) => Math.floor((atMs % weekMs) / hourMs);

/**
 * Whether a silence since `sinceMs` is longer than usual for this connection, by its own history. With two weeks of it
 * or more, the same hours of the week are compared: how likely would ten minutes after ten minutes stay empty then.
 * With less, the silence must be three times the longest gap so far. With hardly any, nothing is ever silent.
 * A silence shorter than `leastMs` is none.
 */
export function judgeSilence(arrivals: Arrivals, sinceMs: number, nowMs: number, leastMs: number): Verdict {
  const [first] = arrivals;
  if (!first || arrivals.length < leastBins || nowMs - sinceMs < leastMs) return quiet;
  const historyMs = sinceMs - first.atMs;
  if (historyMs >= leastWeeks * weekMs) return byHours(arrivals, sinceMs, nowMs);
  if (historyMs >= leastDays * 24 * hourMs) return byGaps(arrivals, sinceMs, nowMs);
  return quiet;
}

function byHours(arrivals: Arrivals, sinceMs: number, nowMs: number): Verdict {
  const slots = learnSlots(arrivals, sinceMs);
  let chance = 1;
  let expected = 0;
  for (let at = sinceMs; at < nowMs; at += binMs) {
    const share = Math.min(1, (nowMs - at) / binMs);
    const slot = slots[slotOf(at)];
    if (!slot) continue;
    chance *= (1 - slot.filled) ** share;
    expected += (slot.perHour * binMs * share) / hourMs;
  }
  if (chance >= unlikely) return quiet;
  const total = arrivals.reduce((sum, { count }) => sum + count, 0);
  const overall = total / ((sinceMs - (arrivals[0]?.atMs ?? sinceMs)) / hourMs);
  const perHour = expected / ((nowMs - sinceMs) / hourMs) || overall;
  return { silent: true, usual: `usual is ${rate(perHour)}` };
}

type Slot = { filled: number; perHour: number };

/** For each hour of the week: how many of its ten minutes had a webhook, and how many came in the middle one of the weeks. */
function learnSlots(arrivals: Arrivals, untilMs: number): Slot[] {
  const firstMs = arrivals[0]?.atMs ?? untilMs;
  const filled = new Array<number>(168).fill(0);
  const hours = new Map<number, number>();
  for (const { atMs, count } of arrivals) {
    if (atMs >= untilMs) continue;
    filled[slotOf(atMs)] = (filled[slotOf(atMs)] ?? 0) + 1;
    const hour = Math.floor(atMs / hourMs);
    hours.set(hour, (hours.get(hour) ?? 0) + count);
  }
  const perHour = Array.from({ length: 168 }, () => [] as number[]);
  for (let hour = Math.ceil(firstMs / hourMs); (hour + 1) * hourMs <= untilMs; hour += 1)
    perHour[slotOf(hour * hourMs)]?.push(hours.get(hour) ?? 0);
  const bins = hourMs / binMs;
  return perHour.map((counts, slot) => ({
    // As if one more had been looked at and was empty: a few weeks never make certain.
    filled: Math.min(0.99, (filled[slot] ?? 0) / (counts.length * bins + 1)),
    perHour: middle(counts),
  }));
}

function middle(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

function byGaps(arrivals: Arrivals, sinceMs: number, nowMs: number): Verdict {
  let longest = 0;
  for (let at = 1; at < arrivals.length; at += 1) {
    const gap = (arrivals[at]?.atMs ?? 0) - (arrivals[at - 1]?.atMs ?? 0);
    longest = Math.max(longest, gap);
  }
  if (nowMs - sinceMs < gapFactor * longest) return quiet;
  return {
    silent: true,
    usual: `the longest gap before was ${longest < hourMs ? `${Math.round(longest / 60_000)} min` : `${Math.round(longest / hourMs)} h`}`,
  };
}

function rate(perHour: number): string {
  const grouped = new Intl.NumberFormat("en-US");
  if (perHour >= 1) return `${grouped.format(Math.round(perHour))} an hour`;
  const perDay = Math.round(perHour * 24);
  return perDay >= 1 ? `${grouped.format(perDay)} a day` : "a few a week";
}
