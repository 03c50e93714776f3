import fc from "fast-check";
import { expect, test } from "vitest";
import { type Arrivals, judgeSilence } from "./usual.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A Monday, 00:00 UTC. */
const monday = Date.UTC(2026, 7, 31);

/** Arrivals in bins of ten minutes from the counts that a function gives for each. */
function history(days: number, countAt: (atMs: number) => number): Arrivals {
  const bins: { atMs: number; count: number }[] = [];
  for (let atMs = monday; atMs < monday + days * day; atMs += 10 * minute) {
    const count = countAt(atMs);
    if (count > 0) bins.push({ atMs, count });
  }
  return bins;
}
const hourOf = (atMs: number) => Math.floor((atMs % day) / hour);
/** Twice each ten minutes from 8 to 20, rarely at night. */
const daily = (atMs: number) => {
  if (hourOf(atMs) >= 8 && hourOf(atMs) < 20) return 7;
  return atMs % (4 * hour) === 0 ? 1 : 0;
};
const silentAt = (arrivals: Arrivals, sinceMs: number, ms: number) =>
  judgeSilence(
    arrivals.filter(({ atMs }) => atMs < sinceMs),
    sinceMs,
    sinceMs + ms,
    hour,
  );

test("silence in a busy hour is noticed after an hour, and says what is usual then", () => {
  const usual = history(28, daily);
  const tenOClock = monday + 28 * day + 10 * hour;
  const both = [...usual, { atMs: tenOClock - 10 * minute, count: 7 }];
  expect(silentAt(both, tenOClock, 59 * minute)).toEqual({ silent: false });
  expect(silentAt(both, tenOClock, 3 * hour)).toEqual({ silent: true, usual: "usual is 42 an hour" });
});

test("the same silence at night is nothing", () => {
  const usual = history(28, daily);
  const evening = monday + 27 * day + 20 * hour;
  expect(silentAt(usual, evening, 8 * hour)).toEqual({ silent: false });
  expect(silentAt(usual, evening, 15 * hour)).toMatchObject({ silent: true });
});

test("a weekend without a webhook is nothing where weekends never have one", () => {
  const weekdays = history(26, (atMs) => (Math.floor((atMs - monday) / day) % 7 < 5 ? daily(atMs) : 0));
  const friday = monday + 25 * day + 20 * hour;
  expect(silentAt(weekdays, friday, 58 * hour)).toEqual({ silent: false });
  expect(silentAt(weekdays, friday, 66 * hour)).toMatchObject({ silent: true });
});

test("seldom webhooks in bursts are waited for much longer", () => {
  const burst = (atMs: number) => (atMs % (31 * hour) < 10 * minute ? 400 : 0);
  const usual = history(27, burst);
  const last = usual.at(-1)?.atMs ?? 0;
  expect(silentAt(usual, last + minute, 40 * hour)).toEqual({ silent: false });
});

test("with days of history, three times the longest gap is too long", () => {
  const few = history(6, daily);
  const evening = monday + 5 * day + 20 * hour;
  expect(silentAt(few, evening, 11 * hour)).toEqual({ silent: false });
  expect(silentAt(few, evening, 14 * hour)).toEqual({
    silent: true,
    usual: "the longest gap before was 4 h",
  });
});

test("with too little history nothing is ever silent, however long", () => {
  expect(judgeSilence([], monday, monday + 90 * day, hour)).toEqual({ silent: false });
  expect(silentAt(history(2, daily), monday + 2 * day, 30 * day)).toEqual({ silent: false });
  const rare = history(28, (atMs) => (atMs % (3 * day) === 0 ? 1 : 0));
  expect(silentAt(rare, monday + 28 * day, 30 * day)).toEqual({ silent: false });
});

test("a connection never falls silent within an hour, and stays silent once it is", () => {
  const counts = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      counts,
      fc.integer({ min: 1, max: 28 }),
      fc.integer({ min: 1, max: 200 }),
      (pattern, days, at) => {
        const past = history(days, (atMs) => pattern[(atMs / (10 * minute)) % pattern.length] ?? 0);
        const since = monday + days * day;
        expect(silentAt(past, since, hour - 1)).toEqual({ silent: false });
        const { silent } = silentAt(past, since, at * hour);
        if (silent) expect(silentAt(past, since, (at + 1) * hour).silent).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});
