import type { TestReport } from "#lib/api/connection-shapes.ts";
import type { ReasonCode } from "#lib/reasons.ts";
import type { CheckTitles } from "../status/check-titles.ts";

/** Something else lives at the address, or in front of it. */
const strange: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "crm_not_json",
  "crm_unexpected",
  "crm_empty_answer",
  "crm_bad_request",
]);

/** The lines of a connection's test, in words. */
export const connectionChecks: CheckTitles<TestReport["checks"][number]["name"]> = {
  address: {
    fine: "Address answers",
    not: (reason) =>
      reason !== null && strange.has(reason)
        ? "Answers, but not as ActiveCampaign"
        : "Address does not answer",
    needless: "Address",
  },
  token: { fine: "API key accepted", not: "API key refused", needless: "API key" },
  sideload: {
    fine: "Tags and fields come in one call",
    not: "Tags and fields come one contact at a time",
    needless: "Tags and fields in one call",
  },
  fields: { fine: "Fields can be read", not: "Fields cannot be read", needless: "Fields" },
  permissions: {
    fine: "Contacts can be changed",
    not: "Contacts may not be changed",
    needless: "Changing contacts",
  },
  password_field: {
    fine: "Password field can be written",
    not: "Password field cannot be used",
    needless: "Password field",
  },
  webhook: {
    fine: "Webhook registered",
    not: "Webhook is not in order",
    needless: "Webhook registered",
  },
};
