import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisLabels, begunSlice, cutLabel, histogramScale } from "./histogram-scale.ts";

describe("the scale of the chart", () => {
  it("cuts a bar over five times the next and scales to the rest", () => {
    const { top, ticks, cut } = histogramScale([12, 26, 4182, 9]);
    expect([...cut]).toEqual([2]);
    expect(top).toBe(30);
    expect(ticks).toEqual([10, 20]);
  });

  it("cuts two tall neighbours together", () => {
    const quiet = Array.from({ length: 30 }, () => 12);
    expect([...histogramScale([...quiet, 145, 183]).cut].sort()).toEqual([30, 31]);
  });

  it("labels all cut bars once, on the side where the chart has room", () => {
    const totals = [0, 0, 0, 653, 0, 4_026, 190, 0];
    expect(cutLabel(new Set([6, 3, 5]), totals)).toEqual({
      at: 3,
      side: "left",
      text: "653, 4,026 and 190, bars cut",
    });
    expect(cutLabel(new Set([1]), [0, 4_182, 0, 0])).toEqual({
      at: 1,
      side: "right",
      text: "4,182, bar cut",
    });
    expect(cutLabel(new Set(), totals)).toBeNull();
  });

  it("cuts nothing when bars are alike, and one busy slice among silence stays whole", () => {
    expect(histogramScale([5, 20, 25]).cut.size).toBe(0);
    expect(histogramScale([0, 40, 0]).cut.size).toBe(0);
  });

  it("does not measure a bar by the slice that has only begun", () => {
    expect([...histogramScale([0, 90, 3]).cut]).toEqual([1]);
    expect(histogramScale([0, 90, 3], 2).cut.size).toBe(0);
    expect([...histogramScale([10, 9, 500], 2).cut]).toEqual([2]);
    const at = (minute: number) => `2026-11-21T13:${minute}:00Z`;
    const slice = { synced: 0, nothing: 0, waiting: 0, failed: 0 };
    const buckets = [at(10), at(20)].map((from) => ({ at: from, ...slice }));
    const counts = { total: 0, byStatus: {} as never, stuck: 0, buckets, bucketSeconds: 600, from: at(10) };
    expect(begunSlice({ ...counts, to: at(21) })).toBe(1);
    expect(begunSlice({ ...counts, to: at(30) })).toBeNull();
  });

  it("never lets an uncut bar stand above the top", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100_000), { minLength: 1, maxLength: 96 }),
        fc.boolean(),
        (totals, begun) => {
          const { top, cut } = histogramScale(totals, begun ? totals.length - 1 : null);
          for (const [index, total] of totals.entries())
            if (!cut.has(index)) expect(total).toBeLessThanOrEqual(top);
        },
      ),
    );
  });

  it("labels round times of the zone, with the day at midnight", () => {
    const labels = axisLabels("2026-11-20T13:45:00Z", "2026-11-21T13:45:00Z", "Europe/Berlin").map(
      (one) => one.text,
    );
    expect(labels).toEqual(["Fri 14:45", "18:00", "21:00", "Sat 00:00", "03:00", "06:00", "09:00", "12:00"]);
  });
});
