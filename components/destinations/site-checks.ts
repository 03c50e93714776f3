import type { SiteTest } from "#lib/api/destination-shapes.ts";
import type { CheckTitles } from "../status/check-titles.ts";

/** The lines of a destination's test, in words. */
export const siteChecks: CheckTitles<SiteTest["checks"][number]["name"]> = {
  address: { fine: "Address answers", not: "Address does not answer", needless: "Address" },
  api: { fine: "API is open", not: "API cannot be used", needless: "API" },
  sign_in: { fine: "Sign-in accepted", not: "Sign-in refused", needless: "Sign-in" },
  permissions: {
    fine: "Users can be changed",
    not: "Users may not be changed",
    needless: "Changing users",
  },
  roles: {
    fine: "Roles and groups are there",
    not: "Roles or groups are not in order",
    needless: "Roles and groups",
  },
  companion: {
    fine: "Companion plug-in found",
    not: "Companion plug-in not found",
    needless: "Companion plug-in",
  },
  delivery: { fine: "Test event accepted", not: "Test event not accepted", needless: "Test event" },
};
