import type { TestReport } from "#lib/api/connection-shapes.ts";
import type { CheckTitles } from "../status/test-box.tsx";

/** The lines of a connection's test, in words. */
export const connectionChecks: CheckTitles<TestReport["checks"][number]["name"]> = {
  address: { fine: "Address answers", not: "Address does not answer", needless: "Address" },
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
