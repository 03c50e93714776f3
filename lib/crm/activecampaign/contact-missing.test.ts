import { expect, test } from "vitest";
import { asFailure } from "./contact-missing.ts";

test.each([
  ["No Result found for Subscriber with id 1", "contact_missing"],
  ["No result found for contact with id 1", "contact_missing"],
  ["Contact not found", "contact_missing"],
  ["The contact does not exist", "contact_missing"],
  ["No Result found for Field with id 3", "crm_bad_request"],
  ["No Result found for SubscriberTag with id 1", "crm_bad_request"],
  ["Contact tag not found", "crm_bad_request"],
  ["Contact field 3 does not exist", "crm_bad_request"],
  ["Tag not found for contact 1", "crm_bad_request"],
  ["No Result found", "crm_bad_request"],
  ["HTTP 404", "crm_bad_request"],
])("a 404 with “%s” is %s", (message, reason) => {
  expect(asFailure("1", { status: "missing", message }).reason).toBe(reason);
});

test("a refusal is never about a contact that is not there", () => {
  expect(asFailure("1", { status: "refused", message: "Contact not found" }).reason).toBe("crm_bad_request");
});
