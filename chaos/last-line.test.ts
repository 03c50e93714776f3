import { expect, test } from "vitest";
import { lastLine } from "./last-line.ts";

test.each([
  [{ held: 12, missed: 0, notRun: 0 }, "Nothing lost, nothing doubled."],
  [{ held: 11, missed: 0, notRun: 1 }, "Nothing lost, nothing doubled in 11 of 12; not run: 1."],
  [{ held: 10, missed: 2, notRun: 0 }, "2 of 12 did not hold."],
  [{ held: 9, missed: 2, notRun: 1 }, "2 of 12 did not hold; not run: 1."],
  [{ held: 0, missed: 0, notRun: 1 }, "Nothing was tried; not run: 1."],
  [{ held: 0, missed: 0, notRun: 0 }, "Nothing was tried."],
])("of %j the last line claims no more than was tried", (tally, line) => {
  expect(lastLine(tally)).toBe(line);
});
