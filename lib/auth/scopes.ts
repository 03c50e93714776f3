import type { Role } from "./roles.ts";

export const scopes = ["read", "site", "members:write", "crm:write", "admin"] as const;
/**
 * What an API token may do. `site` is what a login page needs: refresh, check a password, redeem a sign-in link; `read`
 * all that a viewer sees; `members:write` links that set a password or sign in; `crm:write` tags and fields in the CRM;
 * `admin` everything.
 */
export type Scope = (typeof scopes)[number];

/** The scopes of which a call needs one; `admin` always does. What names none is for readers if a viewer may GET it. */
export const scopesOf = (endpoint: {
  method: string;
  access: string;
  scopes?: readonly Scope[];
}): readonly Scope[] => [
  ...(endpoint.scopes ??
    (endpoint.method === "GET" && endpoint.access === "viewer" ? ["read" as const] : [])),
  "admin",
];

/** The role that scopes amount to, for what is decided by role. */
export function roleOf(given: readonly Scope[]): Role {
  if (given.includes("admin")) return "owner";
  return given.every((scope) => scope === "read") ? "viewer" : "operator";
}
