import { expect, it } from "vitest";
import { problemWords } from "./field-problem.ts";

const field = { type: "text", minLength: -1, min: "", max: "", validationMessage: "Bitte ausfüllen" };

it("says what is wrong with a field in words of our own", () => {
  expect(problemWords({ ...field, validity: { valueMissing: true } })).toBe("Fill this in.");
  expect(problemWords({ ...field, type: "email", validity: { typeMismatch: true } })).toBe(
    "This is not an e-mail address.",
  );
  expect(problemWords({ ...field, minLength: 10, validity: { tooShort: true } })).toBe(
    "At least 10 characters.",
  );
  expect(problemWords({ ...field, max: "50", validity: { rangeOverflow: true } })).toBe("At most 50.");
});
