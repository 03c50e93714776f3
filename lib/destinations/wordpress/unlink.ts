import { GiveUp } from "../../errors.ts";
import { type Known, type MemberView, nothingKnown, type Pushed } from "../contract.ts";
import { hasCompanion } from "./companion.ts";
import { isProtected } from "./names.ts";
import { readRefusal } from "./refusals.ts";
import { callSite } from "./rest.ts";
import type { Site } from "./site.ts";
import { ownUser, type SiteUser, userById } from "./users.ts";

type Leaver = Pick<MemberView, "id" | "email" | "login">;

/**
 * Lets a member's user be, takes the roles, or deletes, as the settings say. Only a user that Rollcall is linked to is
 * ever touched. What a deleted user wrote goes to Rollcall's own user, so that no page disappears with its author.
 */
export async function unlinkMember(site: Site, member: Leaver, known: Known): Promise<Pushed> {
  const gone: Pushed = { status: "unchanged", known: nothingKnown, left: null };
  if (site.settings.onUnlink === "leave" || known.externalId === null) return gone;
  const user = await userById(site, known.externalId);
  const isOurs = user && (known.memory.login ?? user.username) === user.username;
  if (!user || !isOurs) return gone;
  if (isProtected(site.settings, user))
    return { status: "refused", reason: "site_user_protected", detail: user.username };
  return site.settings.onUnlink === "delete" ? remove(site, member, user) : strip(site, member, user);
}

async function strip(site: Site, member: Leaver, user: SiteUser): Promise<Pushed> {
  const known = nothingKnown;
  const meta = hasCompanion(site, user) ? { meta: { rollcall_tags: [] } } : {};
  if (user.roles.length === 0 && !("meta" in meta)) return { status: "unchanged", known, left: null };
  const body = { roles: [], ...meta };
  const reply = await callSite(site, { method: "POST", path: `/wp/v2/users/${user.id}`, body });
  if (!reply.ok) return readRefusal(reply, { view: member, login: user.username, role: null });
  return { status: "done", known, made: false, changes: ["role"], left: null };
}

async function remove(site: Site, member: Leaver, user: SiteUser): Promise<Pushed> {
  const own = await ownUser(site);
  const reply = await callSite(site, {
    method: "DELETE",
    path: `/wp/v2/users/${user.id}`,
    query: [
      ["force", "true"],
      ["reassign", String(own.id)],
    ],
  });
  if (!reply.ok && reply.status === 403) throw new GiveUp("site_forbidden", { detail: reply.message });
  if (!reply.ok && reply.status !== 404)
    return readRefusal(reply, { view: member, login: user.username, role: null });
  return {
    status: "done",
    known: nothingKnown,
    made: false,
    changes: ["user removed"],
    left: null,
  };
}
