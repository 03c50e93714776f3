import type { Known, MemberView, Refused } from "../contract.ts";
import { isProtected, siteLogin } from "./names.ts";
import type { Site } from "./site.ts";
import { oneOf } from "./twins.ts";
import { type SiteUser, userById, userByLogin, usersByEmail } from "./users.ts";

/** The user of a member, or that there is none, or why the one who is there cannot be taken. */
export type Found = { status: "found"; user: SiteUser } | { status: "none" } | Refused;

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const refused = (reason: Refused["reason"], detail: string): Refused => ({
  status: "refused",
  reason,
  detail,
});

/**
 * Finds a member's user by the stored id, then by login, then by e-mail address. A login alone makes nobody the same
 * person: otherwise whoever may choose a login in the CRM could take over the account that has it.
 */
export async function findUser(site: Site, view: MemberView, known: Known): Promise<Found> {
  const linked = await linkedUser(site, view, known);
  if (linked) return judge(site, view, linked, true);
  const login = siteLogin(view);
  if (!same(login, view.email)) {
    const named = await userByLogin(site, login);
    if (named) return judge(site, view, named, false);
  }
  const found = await oneOf(site, view, await usersByEmail(site, view.email));
  if (found === null) return { status: "none" };
  return "status" in found ? found : judge(site, view, found, false);
}

/** Whether a user who was found may be brought up to date as this member. */
export function judge(site: Site, view: MemberView, user: SiteUser, linked: boolean): Found {
  if (isProtected(site.settings, user)) return refused("site_user_protected", user.username);
  if (linked || same(user.email, view.email)) return { status: "found", user };
  return refused("site_login_taken", user.username);
}

/** The stored id, unless somebody else has it by now: a site that was rebuilt gives its ids out anew. */
async function linkedUser(
  site: Site,
  view: Pick<MemberView, "email" | "login">,
  known: Known,
): Promise<SiteUser | null> {
  if (known.externalId === null) return null;
  const user = await userById(site, known.externalId);
  if (!user) return null;
  const logins = known.memory.login === undefined ? [user.username] : [known.memory.login];
  return logins.some((login) => same(login, user.username)) || same(user.email, view.email) ? user : null;
}
