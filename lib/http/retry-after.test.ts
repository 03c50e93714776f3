import { expect, test } from "vitest";
import { AppError, type ErrorCode } from "../errors.ts";
import { readRetryAfter, retryAfterOf } from "./retry-after.ts";

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

test("an answer says after how many whole seconds to come again, where that helps", () => {
  const told = (code: ErrorCode, details?: unknown) => retryAfterOf(new AppError(code, "No.", details));
  expect(told("too_many", { retryAfterSeconds: 840.2 })).toEqual({ "retry-after": "841" });
  expect(told("unavailable", { reason: "crm_rate_limited" })).toEqual({ "retry-after": "5" });
  expect(told("unavailable")).toEqual({ "retry-after": "5" });
  expect(told("unavailable", { retryAfterSeconds: Number.NaN })).toEqual({ "retry-after": "5" });
  expect(told("too_many", { retryAfterSeconds: undefined })).toEqual({ "retry-after": "5" });
  expect(told("forbidden", { retryAfterSeconds: 9 })).toEqual({});
});
