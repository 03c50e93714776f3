import { expect, test } from "vitest";
import { GiveUp } from "../../errors.ts";
import { contactUrl, normalizeBaseUrl } from "./base-url.ts";

test.each([
  ["https://oakline.api-us1.com", "https://oakline.api-us1.com"],
  [" https://oakline.api-us1.com/ ", "https://oakline.api-us1.com"],
  ["https://oakline.api-us1.com/api/3", "https://oakline.api-us1.com"],
  ["https://oakline.api-us1.com/api/3/", "https://oakline.api-us1.com"],
  ["oakline.api-us1.com", "https://oakline.api-us1.com"],
  ["OAKLINE.activehosted.com/api/3?x=1#y", "https://oakline.activehosted.com"],
  ["http://127.0.0.1:4010/api/3/", "http://127.0.0.1:4010"],
  ["http://localhost:4010", "http://localhost:4010"],
  ["http://192.168.1.5:8080", "http://192.168.1.5:8080"],
  ["http://sandbox:4010", "http://sandbox:4010"],
])("%s is kept as %s", (input, kept) => expect(normalizeBaseUrl(input)).toBe(kept));

test.each([
  "",
  "oakline",
  "http://oakline.api-us1.com",
  "ftp://oakline.api-us1.com",
  "https://",
  "https://user:pass@oakline.api-us1.com",
  "not a url",
])("“%s” is refused with what to paste", (input) => {
  expect(() => normalizeBaseUrl(input)).toThrow(GiveUp);
});

test("a contact's page is known for the vendor's own hosts", () => {
  const page = "https://oakline.activehosted.com/app/contacts/42";
  expect(contactUrl("https://oakline.api-us1.com", "42")).toBe(page);
  expect(contactUrl("https://oakline.activehosted.com", "42")).toBe(page);
  expect(contactUrl("http://127.0.0.1:4010", "42")).toBeNull();
  expect(contactUrl("https://oakline.api-us1.com", "4/2")).toBeNull();
});
