import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest, parseSearch } from "./log-filter.ts";

const names = {
  connection: [{ id: "c1", name: "Oakline" }],
  key: [{ id: "k1", name: "Level change" }],
  flood: [],
};

describe("the search field", () => {
  it("reads qualifiers and leaves the rest as words", () => {
    expect(parseSearch("status:failed,dead trigger:event contact:48213 anna lindqvist", names)).toEqual({
      ok: true,
      filter: { status: ["failed", "dead"], trigger: "event", contact: "48213", q: "anna lindqvist" },
    });
  });

  it("finds connections and keys by their names, in quotes where they have spaces", () => {
    expect(parseSearch('connection:oakline key:"level change"', names)).toEqual({
      ok: true,
      filter: { connection: "c1", key: "k1" },
    });
  });

  it("names the field that was probably meant", () => {
    expect(parseSearch("statsu:failed", names)).toEqual({
      ok: false,
      error: "No field called ‘statsu’. Did you mean status?",
    });
    expect(parseSearch("status:faild", names)).toEqual({
      ok: false,
      error: "No status called ‘faild’. Did you mean failed?",
    });
  });

  it("names what there is to a word that is like none of it", () => {
    const error = (text: string, given = names) => parseSearch(text, given);
    expect(error("connection:nowhere")).toEqual({
      ok: false,
      error: "No connection called ‘nowhere’. It can be Oakline.",
    });
    expect(error("colour:red")).toEqual({
      ok: false,
      error:
        "No field called ‘colour’. It can be status, next, action, trigger, contact, email, or one of 6 more.",
    });
    expect(error("connection:nowhere", { ...names, connection: [] })).toEqual({
      ok: false,
      error: "No connection called ‘nowhere’.",
    });
  });

  it("asks for a value after a bare colon", () => {
    expect(parseSearch("email:", names)).toEqual({
      ok: false,
      error: "Type what email should be after the colon.",
    });
  });

  it("never throws, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseSearch(text, names);
        expect(parsed.ok || parsed.error.length > 0).toBe(true);
      }),
    );
  });

  it("suggests nothing for a word far from every known one", () => {
    expect(nearest("zzzzzz", ["status", "action"])).toBeNull();
  });
});
