import { newPassword } from "../../secrets.ts";
import { type Known, type MemberView, nothingKnown, type Pushed } from "../contract.ts";
import { hasCompanion, leftOut, metaChanges, metaOf } from "./companion.ts";
import { type Found, findUser, judge } from "./find-user.ts";
import { isProtectedRole, keptName, shownName, siteLogin, siteRole } from "./names.ts";
import { readRefusal } from "./refusals.ts";
import { callSite, type Refusal } from "./rest.ts";
import type { Settings } from "./settings.ts";
import type { Site } from "./site.ts";
import { oneOf } from "./twins.ts";
import { readUser, type SiteUser, userByTakenLogin, usersByEmail } from "./users.ts";

/** WordPress's column for e-mail addresses; a longer one makes it fail instead of refusing (seen on 6.1). */
const longestEmail = 100;

/**
 * Brings one user up to date, or makes them. Everything is read before it is written, and a user that an earlier run
 * made without hearing the answer is found by e-mail address, so a repeat makes no second one.
 */
export async function pushMember(site: Site, view: MemberView, known: Known): Promise<Pushed> {
  const role = siteRole(site.settings, view.role);
  if (isProtectedRole(site.settings, role))
    return { status: "refused", reason: "site_role_protected", detail: role };
  if (view.email.length > longestEmail)
    return { status: "refused", reason: "site_email_refused", detail: view.email };
  const found = await findUser(site, view, known);
  if (found.status === "found") return update(site, view, known, found.user, role);
  return found.status === "none" ? create(site, view, role) : found;
}

async function create(site: Site, view: MemberView, role: string | null): Promise<Pushed> {
  if (!site.settings.createUsers)
    return { status: "skipped", known: nothingKnown, reason: "site_user_missing" };
  const login = siteLogin(view);
  const meta = metaOf(site.settings, view);
  const reply = await callSite(site, {
    method: "POST",
    path: "/wp/v2/users",
    body: {
      username: login,
      email: view.email,
      // WordPress wants one; nobody knows this one, and the member may set another by mail.
      password: view.password?.plain ?? newPassword() + newPassword(),
      roles: role === null ? [] : [role],
      ...namesOf(view),
      ...publicName(view),
      meta,
    },
  });
  if (!reply.ok) return afterRefusedCreate(site, view, role, reply);
  const user = readUser(reply.json);
  // An earlier create whose answer was lost may have run at this very moment.
  const kept = await oneOf(site, view, await usersByEmail(site, view.email));
  if (kept && "status" in kept) return kept;
  if (kept && kept.id !== user.id) return update(site, view, nothingKnown, kept, role);
  const companion = hasCompanion(site, user);
  return {
    status: "done",
    known: knownOf(user, role),
    made: true,
    changes: ["user", ...(companion ? metaChanges({ ...user, meta: {} }, meta) : [])],
    left: leftOut(companion, meta),
  };
}

/** Somebody took the login or address since it was looked for, or the search could not see who has it. */
async function afterRefusedCreate(
  site: Site,
  view: MemberView,
  role: string | null,
  refusal: Refusal,
): Promise<Pushed> {
  const login = siteLogin(view);
  const found = await whoHas(site, view, login, refusal.code);
  if (found?.status === "found") return update(site, view, nothingKnown, found.user, role);
  if (found?.status === "refused") return found;
  return readRefusal(refusal, { view, login, role });
}

async function whoHas(site: Site, view: MemberView, login: string, code: string): Promise<Found | null> {
  if (code === "existing_user_login") {
    const user = await userByTakenLogin(site, login);
    return user && judge(site, view, user, false);
  }
  if (code !== "existing_user_email") return null;
  const [user] = await usersByEmail(site, view.email);
  return user ? judge(site, view, user, false) : null;
}

async function update(
  site: Site,
  view: MemberView,
  known: Known,
  user: SiteUser,
  role: string | null,
): Promise<Pushed> {
  const meta = metaOf(site.settings, view);
  const { body, changes } = difference(site.settings, view, known, user, role);
  const companion = hasCompanion(site, user);
  const aboutMeta = companion ? metaChanges(user, meta) : [];
  const left = leftOut(companion, meta);
  if (changes.length + aboutMeta.length === 0)
    return { status: "unchanged", known: knownOf(user, role), left };
  const reply = await callSite(site, {
    method: "POST",
    path: `/wp/v2/users/${user.id}`,
    body: { ...body, ...(aboutMeta.length > 0 ? { meta } : {}) },
  });
  if (!reply.ok) return afterRefusedUpdate(site, view, user, role, reply);
  const after = readUser(reply.json);
  return {
    status: "done",
    known: knownOf(after, role),
    made: false,
    changes: [...changes, ...aboutMeta],
    left,
  };
}

/** WordPress says `rest_user_invalid_email` also for an address that somebody else has. */
async function afterRefusedUpdate(
  site: Site,
  view: MemberView,
  user: SiteUser,
  role: string | null,
  refusal: Refusal,
): Promise<Pushed> {
  if (refusal.code === "rest_user_invalid_email" || refusal.code === "existing_user_email") {
    const others = (await usersByEmail(site, view.email)).filter(({ id }) => id !== user.id);
    if (others.length > 0) return { status: "refused", reason: "site_email_taken", detail: view.email };
  }
  return readRefusal(refusal, { view, login: user.username, role });
}

/** What a user lacks of the member. The login is never among it: WordPress keeps the one it was made with. */
function difference(
  settings: Settings,
  view: MemberView,
  known: Known,
  user: SiteUser,
  role: string | null,
): { body: Record<string, unknown>; changes: string[] } {
  const body: Record<string, unknown> = {};
  const changes: string[] = [];
  const set = (name: string, value: unknown, word: string) => {
    body[name] = value;
    changes.push(word);
  };
  if (user.email.toLowerCase() !== view.email.toLowerCase()) set("email", view.email, "email");
  const names = namesOf(view);
  if (names.first_name && names.first_name !== shownName(user.first_name))
    set("first_name", names.first_name, "first name");
  if (names.last_name && names.last_name !== shownName(user.last_name))
    set("last_name", names.last_name, "last name");
  const roles = rolesAfter(settings, known, user, role);
  if ([...roles].sort().join() !== [...user.roles].sort().join()) set("roles", roles, "role");
  if (view.password?.why === "reset") set("password", view.password.plain, "password");
  return { body, changes };
}

/** With `add`, only the role that Rollcall itself gave before makes way for the new one. */
function rolesAfter(settings: Settings, known: Known, user: SiteUser, role: string | null): string[] {
  if (settings.roleMode === "leave") return user.roles;
  const wanted = role === null ? [] : [role];
  if (settings.roleMode === "replace") return wanted;
  return [...new Set([...user.roles.filter((one) => one !== known.memory.role), ...wanted])];
}

const namesOf = (view: MemberView): { first_name?: string; last_name?: string } => {
  const [first, last] = [keptName(view.firstName), keptName(view.lastName)];
  return { ...(first ? { first_name: first } : {}), ...(last ? { last_name: last } : {}) };
};

/** WordPress would show the login, which often is the e-mail address, to every visitor. */
function publicName(view: MemberView): { name: string; nickname: string } {
  const name = keptName(`${view.firstName} ${view.lastName}`) || (view.email.split("@")[0] ?? "");
  return { name, nickname: name };
}

const knownOf = (user: SiteUser, role: string | null): Known => ({
  externalId: String(user.id),
  memory: { login: user.username, ...(role === null ? {} : { role }) },
});
