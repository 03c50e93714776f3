import { describe, expect, it } from "vitest";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import type { Flood } from "#lib/api/flood-shapes.ts";
import { logEntries } from "./log-entries.ts";
import { foldsFloods, noFilter } from "./log-filter.ts";
import { rangeSince } from "./log-query.ts";

const range = { from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z" };
/** Only what the order of rows is made of. */
const delivery = (id: string) => ({ id, receivedAt: "2026-11-21T10:00:00Z" }) as Delivery;
const flood = (id: string, openedAt = "2026-11-21T10:00:00Z") => ({ id, openedAt }) as Flood;
const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id);

describe("the rows of the log", () => {
  it("have a flood where it began", () => {
    expect(ids(logEntries([delivery("d"), delivery("b")], [flood("c"), flood("a")], range, false))).toEqual([
      "d",
      "c",
      "b",
      "a",
    ]);
  });

  it("keep a flood back until the part of the log that it began in is loaded", () => {
    expect(ids(logEntries([delivery("d"), delivery("b")], [flood("c"), flood("a")], range, true))).toEqual([
      "d",
      "c",
      "b",
    ]);
  });

  it("leave out floods of another time", () => {
    const floods = [flood("a", "2026-11-20T23:59:59Z"), flood("z", range.to)];
    expect(logEntries([], floods, range, false)).toEqual([]);
  });

  it("fold floods only where the log is not narrowed", () => {
    expect(foldsFloods(noFilter)).toBe(true);
    expect(foldsFloods({ ...noFilter, connection: "c" })).toBe(true);
    expect(foldsFloods({ ...noFilter, status: ["failed"] })).toBe(false);
    expect(foldsFloods({ ...noFilter, flood: "f" })).toBe(false);
  });

  it("reach back to the start of a flood that is opened", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    expect(rangeSince("2026-11-21T11:50:00Z", now, "24h")).toBe("24h");
    expect(rangeSince("2026-11-21T11:50:00Z", now, "15m")).toBe("15m");
    expect(rangeSince("2026-11-20T11:50:00Z", now, "1h")).toBe("7d");
    expect(rangeSince("2026-08-20T11:50:00Z", now, "1h")).toBe("30d");
  });
});
