import { describe, expect, it } from "vitest";
import { overviewWith } from "./testing.ts";
import { waitingWords } from "./waiting-words.ts";

const said = (change: Parameters<typeof overviewWith>[0]) => {
  const { now, retrying, apart, foot } = waitingWords(overviewWith(change), "UTC");
  return [now + retrying, apart, foot];
};
const none = { waiting: 0, oldestDueSeconds: null };
const healing = { count: 318, nextRetryAt: "2026-11-21T13:40:00Z" };

describe("what waits", () => {
  it("counts what is tried again, so that it never reads as done", () => {
    expect(said({ backlog: none, healing })).toEqual([318, "for another try", "Next try at 13:40:00"]);
    expect(said({ backlog: { waiting: 2, oldestDueSeconds: 5 }, healing })).toEqual([
      320,
      "318 of them for another try",
      "Oldest due 5 s ago",
    ]);
  });

  it("says that everything is done only where nothing waits, is held or is tried again", () => {
    expect(said({ backlog: none })).toEqual([0, "", "Everything is done"]);
    const counts = overviewWith().counts;
    const held = { ...counts, byStatus: { ...counts.byStatus, held: 3 } };
    expect(said({ backlog: none, counts: held })).toEqual([0, "and 3 held", "Nothing beside that"]);
  });
});
