import fc from "fast-check";
import { expect, test } from "vitest";
import { firstOf, readBody, readForm } from "./pairs.ts";

test("a form gives back every key with its brackets and every value, in wire order", () => {
  const key = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom("contact[fields][2]", "list[][id]", "contact[id]", "a[hasOwnProperty]", "__proto__"),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.string()), { maxLength: 50 }), (pairs) => {
      const wellFormed = pairs.map(
        ([name, value]) => [name.toWellFormed(), value.toWellFormed()] as [string, string],
      );
      expect(readForm(new URLSearchParams(wellFormed).toString())).toEqual(wellFormed);
    }),
  );
});

test("any text at all is read as URLSearchParams reads it", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom("%", "%4", "%zz", "%ff", "%C3%BC", "+", "=", "&", "&&", "a=b=c", "%00"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("").toWellFormed().replace(/^\?/, "");
      expect(readForm(text)).toEqual([...new URLSearchParams(text)]);
    }),
    { numRuns: 500 },
  );
});

test("numeric field ids below a hundred stay ids", () => {
  const { kind, pairs } = readBody(
    Buffer.from("contact[fields][2]=two&contact%5Bfields%5D%5B7%5D=seven"),
    "",
  );
  expect(kind).toBe("form");
  expect(pairs).toEqual([
    ["contact[fields][2]", "two"],
    ["contact[fields][7]", "seven"],
  ]);
});

test("any bytes under any content type are read without a throw", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom("", "application/json", "text/plain"),
      (bytes, type) => {
        const read = readBody(Buffer.from(bytes), type);
        expect(Array.isArray(read.pairs)).toBe(true);
      },
    ),
  );
});

test("any JSON document flattens to the same bracket keys", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(["json", "bare_id", "form", "empty"]).toContain(
        readBody(Buffer.from(text), "application/json").kind,
      );
    }),
  );
  const { pairs } = readBody(Buffer.from('{"contact":{"id":42,"email":"a@b.example"},"list":["4","5"]}'), "");
  expect(pairs).toEqual([
    ["contact[id]", "42"],
    ["contact[email]", "a@b.example"],
    ["list[0]", "4"],
    ["list[1]", "5"],
  ]);
});

test.each(["48213", "48213\n", "  48213 \r\n"])(
  "a bare contact id %j is understood, with or without a newline",
  (body) => {
    expect(readBody(Buffer.from(body), "text/plain")).toEqual({
      kind: "bare_id",
      pairs: [["contact_id", "48213"]],
    });
  },
);

test("an empty body is empty, and JSON that is none says so", () => {
  expect(readBody(Buffer.from(" \n"), "").kind).toBe("empty");
  expect(readBody(Buffer.from('{"contact":'), "application/json").kind).toBe("bad_json");
});

test("a million pairs cost no more than the first few thousand", () => {
  const read = readBody(Buffer.from("a&".repeat(500_000)), "");
  expect(read.pairs.length).toBeLessThanOrEqual(5_000);
  expect(firstOf(read.pairs, "a")).toBe("");
});

test("a JSON text of empty lists costs no more than one of values", () => {
  const json = `[${"[],".repeat(300_000)}[]]`;
  const object = `{${Array.from({ length: 6_000 }, (_, at) => `"a${at}":{}`).join(",")},"contact_id":"7"}`;
  expect(readBody(Buffer.from(json), "application/json").pairs).toEqual([]);
  // What lies behind so many stays in the stored bytes.
  expect(readBody(Buffer.from(object), "application/json").pairs).toEqual([]);
});
