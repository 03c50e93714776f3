import { expect, test } from "vitest";
import { readRetryAfter } from "./retry-after.ts";

const read = (retryAfter: string, date?: string) =>
  readRetryAfter(new Headers({ "retry-after": retryAfter, ...(date ? { date } : {}) }));

test("a number is seconds, from one to an hour", () => {
  expect(read("7")).toBe(7);
  expect(read("0")).toBe(1);
  expect(read("86400")).toBe(3600);
});

test("a date is counted from the answer's own clock, whatever ours says", () => {
  const theirs = Date.now() + 10 * 60_000;
  const at = (ms: number) => new Date(ms).toUTCString();
  expect(read(at(theirs + 3_000), at(theirs))).toBe(3);
  expect(read(at(theirs - 20 * 60_000 + 3_000), at(theirs - 20 * 60_000))).toBe(3);
});

test("a date in an answer without one of its own is counted from our clock", () => {
  const inAMinute = read(new Date(Date.now() + 60_000).toUTCString());
  expect(inAMinute).toBeGreaterThan(30);
  expect(inAMinute).toBeLessThanOrEqual(61);
});

test("what is neither says nothing", () => {
  expect(read("soon")).toBeUndefined();
  expect(readRetryAfter(new Headers())).toBeUndefined();
});
