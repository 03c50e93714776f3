import fc from "fast-check";
import { expect, test } from "vitest";
import { splitTags } from "./event-said.ts";

const word = fc.stringMatching(/^[a-z]{1,6}$/);

test("any list of names without the separator is split into them", () => {
  fc.assert(
    fc.property(fc.uniqueArray(word), fc.array(word), (names, others) => {
      expect(splitTags(names.join(", "), [...names, ...others])).toEqual([...names].sort());
    }),
  );
});

test("a list that names fill in two ways, or in none, is not clear", () => {
  expect(splitTags("gold, silver", ["gold, silver"])).toEqual(["gold, silver"]);
  expect(splitTags("gold, silver", ["gold", "silver", "gold, silver"])).toBeNull();
  expect(splitTags("x, gold, silver, y", ["x", "y", "gold", "silver", "gold, silver"])).toBeNull();
  expect(splitTags("gold, silver", ["gold"])).toBeNull();
  expect(splitTags("gold, gold", ["gold"])).toBeNull();
});

test("a contact with thousands of tags is read like any other", () => {
  const names = Array.from({ length: 20_000 }, (_, at) => `Level ${at}`);
  expect(splitTags(names.join(", "), names)).toHaveLength(20_000);
});
