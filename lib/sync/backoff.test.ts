import fc from "fast-check";
import { expect, test } from "vitest";
import { maxAttempts, nextDelaySeconds } from "./backoff.ts";

const hour = 3_600;
/** As Math.random gives them. */
const drawn = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempts = fc.integer({ min: 1, max: maxAttempts - 1 });
const retryAfter = fc.option(fc.integer({ min: 0, max: 2 * 24 * hour }));
const delay = (after: number, asked: number | null, random: number): number =>
  nextDelaySeconds(after, asked, () => random) ?? Number.NaN;
const tries = Array.from({ length: maxAttempts - 1 }, (_, at) => at + 1);

test("each wait is longer than the one before, whatever the jitter of both", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: maxAttempts - 2 }), drawn, drawn, (after, one, other) => {
      expect(delay(after + 1, null, other)).toBeGreaterThan(delay(after, null, one));
    }),
  );
});

test("a try never comes before the CRM's Retry-After, nor before its own time", () => {
  fc.assert(
    fc.property(attempts, retryAfter, drawn, (after, asked, random) => {
      expect(delay(after, asked, random)).toBeGreaterThanOrEqual(asked ?? 0);
      expect(delay(after, asked, random)).toBeGreaterThanOrEqual(delay(after, null, 0));
    }),
  );
});

test("jitter adds a quarter at most, to a Retry-After a twentieth", () => {
  fc.assert(
    fc.property(attempts, retryAfter, drawn, (after, asked, random) => {
      const own = delay(after, null, 0) * 1.25;
      expect(delay(after, null, random)).toBeLessThanOrEqual(own);
      expect(delay(after, asked, random)).toBeLessThanOrEqual(Math.max(own, (asked ?? 0) * 1.05));
    }),
  );
});

test("all waits together take about a day, and then it gives up, also when a Retry-After is asked", () => {
  fc.assert(
    fc.property(fc.array(drawn, { minLength: tries.length, maxLength: tries.length }), (randoms) => {
      const sum = tries.reduce((so, after) => so + delay(after, null, randoms[after - 1] ?? 0), 0);
      expect(sum).toBeGreaterThan(20 * hour);
      expect(sum).toBeLessThan(28 * hour);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: maxAttempts, max: 1_000 }), retryAfter, (after, asked) => {
      expect(nextDelaySeconds(after, asked)).toBe(null);
    }),
  );
});
