import fc from "fast-check";
import { expect, test } from "vitest";
import { changedQuery, hasMore, readChangedAt, readOffset, writeMoment } from "./changed.ts";

const seconds = fc.date({ min: new Date("2001-01-01"), max: new Date("2090-01-01"), noInvalidDate: true });
const offset = fc
  .tuple(fc.constantFrom("+", "-"), fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 30, 45))
  .map(([sign, hours, minutes]) => {
    return `${sign}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
  });

test("a moment written in any offset is read back as the same second", () => {
  fc.assert(
    fc.property(seconds, offset, (at, zone) => {
      const written = writeMoment(at, zone);
      expect(written.endsWith(zone)).toBe(true);
      const read = readChangedAt({ udate: written, updated_utc_timestamp: "" });
      expect(read?.getTime()).toBe(Math.floor(at.getTime() / 1000) * 1000);
      expect(readOffset({ udate: written })).toBe(zone);
    }),
  );
});

test("the UTC stamp is taken before the one with an offset, and a guessed zone is none", () => {
  const contact = { udate: "2018-10-16T08:50:18-05:00", updated_utc_timestamp: "2018-10-16 13:50:18" };
  expect(readChangedAt(contact)?.toISOString()).toBe("2018-10-16T13:50:18.000Z");
  expect(readChangedAt({ ...contact, updated_utc_timestamp: "" })?.toISOString()).toBe(
    "2018-10-16T13:50:18.000Z",
  );
  for (const zero of ["0000-00-00 00:00:00", "1970-01-01 00:00:00"])
    expect(readChangedAt({ ...contact, updated_utc_timestamp: zero })?.toISOString()).toBe(
      "2018-10-16T13:50:18.000Z",
    );
  for (const udate of ["0000-00-00 00:00:00", "0000-00-00T00:00:00-05:00", "2018-10-16 08:50:18", "", "soon"])
    expect(readChangedAt({ udate, updated_utc_timestamp: "0000-00-00 00:00:00" })).toBeNull();
  expect(readOffset({ udate: "2018-10-16 08:50:18" })).toBeNull();
});

test("the hour that a clock shows twice is two different hours", () => {
  const first = readChangedAt({ udate: "2026-11-01T01:30:00-05:00", updated_utc_timestamp: "" });
  const second = readChangedAt({ udate: "2026-11-01T01:30:00-06:00", updated_utc_timestamp: "" });
  expect(Number(second) - Number(first)).toBe(3_600_000);
});

test("a page asks by id above the position, in the account's own offset", () => {
  const since = new Date("2026-07-17T22:01:25Z");
  expect(changedQuery({ since, offset: "-05:00", position: "42" })).toEqual([
    ["filters[updated_after]", "2026-07-17T17:01:25-05:00"],
    ["orders[id]", "ASC"],
    ["id_greater", "42"],
    ["limit", "100"],
  ]);
});

test("more is asked for until a page is empty or the total says that it was all", () => {
  const ids = (...all: number[]) => all.map((id) => ({ id: String(id) }));
  const full = ids(...Array.from({ length: 100 }, (_, index) => index + 1));
  expect(hasMore([], 0, "0")).toBe(false);
  expect(hasMore(ids(3, 9), 2, "0")).toBe(false);
  expect(hasMore(ids(3, 9), undefined, "0")).toBe(false);
  // An account that gives fewer than it was asked for.
  expect(hasMore(ids(3, 9), 40, "0")).toBe(true);
  expect(hasMore(full, 100, "0")).toBe(true);
});

test("ids that do not rise are an answer that cannot be used", () => {
  for (const [ids, position] of [
    [["9", "3"], "0"],
    [["3", "3"], "0"],
    [["3"], "3"],
  ] as const) {
    const contacts = ids.map((id) => ({ id }));
    expect(() => hasMore(contacts, 2, position)).toThrow(
      expect.objectContaining({ reason: "crm_unexpected" }),
    );
  }
});
