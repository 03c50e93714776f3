import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choiceChange, choicesOf, inOneLine } from "./field-values.ts";

describe("a multi-select value", () => {
  it("is read as its choices, one or many", () => {
    expect(choicesOf("||Sharpening||Joinery||")).toEqual(["Sharpening", "Joinery"]);
    expect(choicesOf("||Yes, I agree||")).toEqual(["Yes, I agree"]);
  });

  it("without a choice is an empty list", () => {
    for (const value of ["||", "||||"]) expect(choicesOf(value)).toEqual([]);
  });

  it("is only what stands between the bars; anything else is a plain value", () => {
    for (const value of [null, "", "Gold", "a||b", "||a", "a||"]) expect(choicesOf(value)).toBeNull();
    expect(inOneLine("Gold")).toBe("Gold");
  });

  it("keeps every choice in its order", () => {
    const choice = fc.string({ minLength: 1 }).filter((text) => !text.includes("|"));
    fc.assert(
      fc.property(fc.array(choice, { minLength: 1 }), (choices) => {
        expect(choicesOf(`||${choices.join("||")}||`)).toEqual(choices);
      }),
    );
  });

  it("differs by what came and what went", () => {
    expect(choiceChange("||a||b||", "||b||c||")).toEqual({ kept: ["b"], added: ["c"], removed: ["a"] });
    expect(choiceChange(null, "||c||")).toEqual({ kept: [], added: ["c"], removed: [] });
    expect(choiceChange("||a||", "")).toEqual({ kept: [], added: [], removed: ["a"] });
  });

  it("beside a plain value is no list to compare", () => {
    expect(choiceChange("Gold", "||a||")).toBeNull();
    expect(choiceChange("Gold", "Silver")).toBeNull();
  });
});
