import { expect, test } from "vitest";
import { readEventSaid } from "./event-said.ts";

const known = { fieldTag: (key: string) => (key === "2" ? "city" : null), tagNames: () => ["Member"] };
const body: [string, string][] = [
  ["type", "update"],
  ["date_time", "2026-07-17T22:01:25-05:00"],
  ["initiated_from", "api"],
  ["initiated_by", "api"],
  ["list", "0"],
  ["contact[id]", "7"],
  ["contact[email]", "a@example.com"],
  ["contact[first_name]", "Anna"],
  ["contact[last_name]", "Berg"],
  ["contact[phone]", ""],
  ["contact[ip]", "127.0.0.1"],
  ["contact[tags]", "Member"],
  ["contact[fields][2]", "Malmö"],
  ["contact[customer_acct_name]", ""],
  ["contact[orgname]", ""],
  ["customer_acct_name", ""],
  ["customer_acct_id", "0"],
  ["orgname", ""],
];
const said = readEventSaid(body, known);

test("an update is read with its tags and fields", () => {
  expect(said).toMatchObject({
    change: { kind: "update" },
    source: "api",
    contact: { id: "7", tags: ["Member"], fields: { city: "Malmö" } },
  });
});

test.each(["url", "account_id", "customer_account_id", "contact[ip4]", "form[id]"])(
  "%s, which some accounts send, says nothing about the contact",
  (key) => {
    expect(readEventSaid([...body, [key, "3"]], known)).toEqual(said);
    expect(readEventSaid([...body, [key, ""]], known)).toEqual(said);
  },
);

test.each([
  "note",
  "deal[id]",
  "campaign[id]",
  "unsubscribe[reason]",
  "contact[fields][9]",
  "contact[tags][0]",
  "contact[ip6]",
])("%s may be news, so the body is unclear", (key) => {
  expect(readEventSaid([...body, [key, "3"]], known)).toBe(null);
});
