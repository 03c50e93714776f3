import fc from "fast-check";
import { expect, test } from "vitest";
import { uuidv7, uuidv7Floor, uuidv7Time } from "./ids.ts";

test("ids of one process sort in the order in which they were made", () => {
  const made = Array.from({ length: 20_000 }, () => uuidv7());
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
  for (const id of made.slice(0, 100))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("the floor of a moment sorts below every id of that moment and above those before", () => {
  const at = Date.now();
  const floor = uuidv7Floor(new Date(at));
  expect(uuidv7(at) >= floor).toBe(true);
  expect(uuidv7Floor(new Date(at - 1)) < floor).toBe(true);
});

test("every date has a floor that can be stored, and floors sort as their dates do", () => {
  const lastMs = 2 ** 48 - 1;
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), fc.date({ noInvalidDate: true }), (one, other) => {
      const floor = uuidv7Floor(one);
      expect(floor).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-000000000000$/);
      expect(uuidv7Time(floor)).toBe(Math.min(Math.max(one.getTime(), 0), lastMs));
      if (one <= other) expect(floor <= uuidv7Floor(other)).toBe(true);
    }),
  );
});
