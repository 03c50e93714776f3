import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPayload } from "./payload.ts";

const folder = new URL("./fixtures/", import.meta.url);
const cases = readdirSync(folder)
  .filter((name) => name.endsWith(".txt"))
  .map((name) => name.slice(0, -".txt".length));
const file = (name: string) => readFileSync(new URL(name, folder), "utf8");

test.each(cases)("reads the recorded body %s", (name) => {
  expect(readPayload([...new URLSearchParams(file(`${name}.txt`))])).toEqual(
    JSON.parse(file(`${name}.json`)),
  );
});

test.each([
  ["list=0", null],
  ["list=5", "5"],
  ["list=0&list[][id]=5", "5"],
  ["list=5&list[][id]=5&list[0][id]=5", "5"],
  ["list=0&list[][id]=4&list[][id]=5", null],
  ["list[0][id]=4&list[1][id]=5", null],
  ["list[id]=4", "4"],
  ["list[id]=4&list[name]=News", "4"],
])("an event about %s is about the list %s: none where it names several", (lists, listId) => {
  const body = `type=unsubscribe&date_time=2026-07-17T22:01:25-05:00&${lists}&contact[id]=1`;
  expect(readPayload([...new URLSearchParams(body)]).listId).toBe(listId);
});

describe("any pairs at all", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constant("\0"),
    fc.string({ minLength: 300, maxLength: 900 }),
  );
  const known = fc.constantFrom(
    "contact[id]",
    "contact[email]",
    "contact[first_name]",
    "subscriber[id]",
    "type",
    "date_time",
    "initiated_from",
    "list",
    "list[][id]",
    "list[0][id]",
    "list[name]",
    "note",
    "note[text]",
    "deal[contactid]",
    "seriesid",
    "contact[fields][__proto__]",
    "__proto__",
    "constructor",
    "id",
  );
  const pairs = fc.array(fc.tuple(fc.oneof(known, text), text), { maxLength: 40 });

  test("are read without a throw, bounded and fit to be stored", () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const hint = readPayload(given);
        const texts = [hint.contactId, hint.email, hint.name, hint.event, hint.source, hint.listId];
        for (const each of texts) {
          if (each === null) continue;
          expect(each.isWellFormed() && !each.includes("\0") && each.trim() !== "").toBe(true);
        }
        expect((hint.contactId ?? "").length).toBeLessThanOrEqual(120);
        expect((hint.email ?? "").length).toBeLessThanOrEqual(320);
        expect((hint.name ?? "").length).toBeLessThanOrEqual(200);
        expect(hint.event === null || hint.trigger === "event").toBe(true);
      }),
    );
  });

  test("an event that names nobody is only observed", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (type) => {
        const hint = readPayload([
          ["type", `x${type}`],
          ["date_time", "2026-07-17T22:01:25-05:00"],
        ]);
        expect(hint.observe).toBe(true);
      }),
    );
  });
});
