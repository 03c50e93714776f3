import { expect, test } from "vitest";
import { uuidv7, uuidv7Floor } from "./ids.ts";

test("ids of one process sort in the order in which they were made", () => {
  const made = Array.from({ length: 20_000 }, () => uuidv7());
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
  for (const id of made.slice(0, 100))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("the floor of a moment sorts below every id of that moment and above those before", () => {
  const at = Date.now() + 60_000;
  const floor = uuidv7Floor(new Date(at));
  expect(uuidv7(at) >= floor).toBe(true);
  expect(uuidv7Floor(new Date(at - 1)) < floor).toBe(true);
});
