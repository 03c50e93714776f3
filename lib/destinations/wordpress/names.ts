import { roleSlug } from "../../words.ts";
import type { MemberView } from "../contract.ts";
import type { Settings } from "./settings.ts";
import type { SiteUser } from "./users.ts";

/** The login as WordPress takes it: Latin letters, digits, space and _ . - @, at most 60; never empty. */
export function siteLogin(view: Pick<MemberView, "id" | "login">): string {
  const login = view.login
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9 _.@-]/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 60)
    .trim();
  return login === "" ? `member-${view.id}` : login;
}

/** Text as WordPress keeps a name: without markup and runs of spaces. */
export const keptName = (name: string): string =>
  name
    .replace(/<[^>]*>?/g, "")
    .replace(/\s+/g, " ")
    .trim();

/** A name as it is shown; WordPress stores & as an entity. */
export const shownName = (stored: string): string =>
  stored.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** The role a member has on this site: mapped, else its own name as a slug; null is "no role". */
export function siteRole(settings: Settings, role: string): string | null {
  const mapped = Object.hasOwn(settings.roles, role) ? settings.roles[role] : roleSlug(role);
  return mapped ? mapped : null;
}

/** Capabilities that make somebody a manager of the site, whatever the role is called. */
const managing = ["manage_options", "promote_users", "edit_users", "delete_users"];

/** Whether Rollcall must leave this user alone. An administrator is one even where the settings forget it. */
export const isProtected = (settings: Settings, user: SiteUser): boolean =>
  user.roles.some((role) => role === "administrator" || settings.protectedRoles.includes(role)) ||
  managing.some((name) => user.capabilities[name] === true);

export const isProtectedRole = (settings: Settings, role: string | null): boolean =>
  role !== null && (role === "administrator" || settings.protectedRoles.includes(role));
