import { describe, expect, it } from "vitest";
import { bytes, count, countdown, counted, duration, fineDuration, fromNow } from "./durations.ts";
import { clock, clockMs, dayOf, dayTitle, shortWhen, zoneName } from "./zoned.ts";

describe("lengths of time", () => {
  it("reads milliseconds, seconds, minutes, hours and days in at most two units", () => {
    expect(
      [0, 0.3, 0.96, 4, 41.4, 999, 1_600, 15_000, 59_960, 252_000, 11_100_000, 187_200_000].map(duration),
    ).toEqual([
      "0.1 ms",
      "0.3 ms",
      "1 ms",
      "4 ms",
      "41 ms",
      "999 ms",
      "1.6 s",
      "15.0 s",
      "1 min",
      "4 min 12 s",
      "3 h 5 min",
      "2 d 4 h",
    ]);
  });

  it("keeps a tenth of a millisecond at the door only", () => {
    expect([0.3, 3.31, 9.96, 41].map(fineDuration)).toEqual(["0.3 ms", "3.3 ms", "10 ms", "41 ms"]);
  });

  it("counts down to a moment and never below zero", () => {
    const now = Date.parse("2026-11-21T13:37:08Z");
    expect(countdown("2026-11-21T13:41:20Z", now)).toBe("4:12");
    expect(countdown("2026-11-21T14:41:20Z", now)).toBe("1:04:12");
    expect(countdown("2026-11-21T13:00:00Z", now)).toBe("0:00");
  });

  it("says how long ago or how far ahead", () => {
    const now = Date.parse("2026-11-21T13:37:08Z");
    expect(fromNow("2026-11-21T13:36:56Z", now)).toBe("12 s ago");
    expect(fromNow("2026-11-21T13:41:20Z", now)).toBe("in 4 min");
    expect(fromNow("2026-11-21T13:37:08Z", now)).toBe("just now");
  });
});

describe("numbers", () => {
  it("groups thousands and agrees with its noun", () => {
    expect(count(5466)).toBe("5,466");
    expect(counted(1, "try", "tries")).toBe("1 try");
    expect(counted(3, "try", "tries")).toBe("3 tries");
    expect([0, 2148, 1_048_576].map(bytes)).toEqual(["0 B", "2.1 KB", "1.0 MB"]);
  });
});

describe("moments", () => {
  const at = "2026-11-21T13:32:07.318Z";
  const now = Date.parse("2026-11-21T13:37:08Z");

  it("shows seconds in the named zone", () => {
    expect(clock(at, "Europe/Berlin")).toBe("14:32:07");
    expect(clockMs(at, "UTC")).toBe("13:32:07.318");
    expect(zoneName("Europe/Berlin", at)).toBe("CET");
    expect(zoneName("America/New_York", at)).toBe("EST");
    expect(zoneName("UTC", at)).toBe("UTC");
  });

  it("groups by the day of the zone, not of UTC", () => {
    expect(dayOf("2026-11-21T23:30:00Z", "Europe/Berlin")).toBe("2026-11-22");
    expect(dayTitle(at, now, "Europe/Berlin")).toEqual({ name: "Today", date: "Saturday 21 November" });
    expect(dayTitle("2026-11-20T13:00:00Z", now, "UTC").name).toBe("Yesterday");
    expect(dayTitle("2026-11-12T13:00:00Z", now, "UTC")).toEqual({ name: "Thursday", date: "12 November" });
  });

  it("is as short as it stays exact", () => {
    expect(shortWhen(at, now, "UTC")).toBe("13:32:07");
    expect(shortWhen("2026-11-19T08:12:00Z", now, "Europe/Berlin")).toBe("Thu 09:12");
    expect(shortWhen("2026-11-12T08:12:00Z", now, "UTC")).toBe("12 Nov");
    expect(shortWhen("2025-11-12T08:12:00Z", now, "UTC")).toBe("12 Nov 2025");
  });
});
