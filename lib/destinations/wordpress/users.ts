import { z } from "zod";
import { GiveUp, RetryLater } from "../../errors.ts";
import { type Call, callSite, type Reply } from "./rest.ts";
import type { Site } from "./site.ts";

/** PHP writes an empty object as an empty list. */
const record = <T extends z.ZodType>(value: T) =>
  z.union([z.record(z.string(), value), z.array(z.unknown()).transform((): Record<string, never> => ({}))]);

const wireUser = z.object({
  id: z.number(),
  username: z.string(),
  email: z.string(),
  first_name: z.string().default(""),
  last_name: z.string().default(""),
  roles: z
    .union([z.array(z.string()), z.record(z.string(), z.string()).transform(Object.values)])
    .default([]),
  capabilities: record(z.unknown()).default({}),
  meta: record(z.unknown()).default({}),
});
/** A user as WordPress shows one to its managers (`context=edit`), as far as Rollcall reads it. */
export type SiteUser = z.infer<typeof wireUser>;

const fields = [
  ["context", "edit"],
  ["_fields", "id,username,email,first_name,last_name,roles,capabilities,meta"],
] as const;

/** A user from an answer; RetryLater("site_unexpected") names what was missing in it. */
export function readUser(json: unknown): SiteUser {
  return readAs(wireUser, json, "a user");
}

export function readAs<T>(shape: z.ZodType<T>, json: unknown, what: string): T {
  const read = shape.safeParse(json);
  if (read.success) return read.data;
  const path = read.error.issues[0]?.path.join(".") ?? "";
  throw new RetryLater("site_unexpected", { detail: `${what} without ${path || "content"}` });
}

/** The same, for calls that WordPress refuses only where Rollcall's user may not manage users. */
async function ask(site: Site, call: Call): Promise<Extract<Reply, { ok: true }>> {
  const reply = await callSite(site, call);
  if (reply.ok) return reply;
  if (reply.status === 403) throw new GiveUp("site_forbidden", { detail: reply.message });
  throw new RetryLater("site_refused_call", { detail: `${reply.code}: ${reply.message}` });
}

/** The user with this id; null when there is none that Rollcall's user may change (others of a network, for one). */
export async function userById(site: Site, id: string): Promise<SiteUser | null> {
  if (!/^\d+$/.test(id)) return null;
  const reply = await callSite(site, { method: "GET", path: `/wp/v2/users/${id}`, query: fields });
  return reply.ok ? readUser(reply.json) : null;
}

/** The user whose application password is used. */
export async function ownUser(site: Site): Promise<SiteUser> {
  return readUser((await ask(site, { method: "GET", path: "/wp/v2/users/me", query: fields })).json);
}

const perPage = 100;
const maxPages = 50;

/** All users that a search brings up, over as many pages as it has; WordPress leaves out those it may not show. */
async function search(site: Site, query: readonly (readonly [string, string])[]): Promise<SiteUser[]> {
  const found: SiteUser[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const paging = [
      ["per_page", String(perPage)],
      ["page", String(page)],
    ] as const;
    const call = { method: "GET", path: "/wp/v2/users", query: [...fields, ...query, ...paging] } as const;
    const { json, headers } = await ask(site, call);
    const users = readAs(z.array(z.unknown()), json, "a list of users").map(readUser);
    found.push(...users);
    const pages = headers.get("x-wp-totalpages");
    if (pages === null ? users.length < perPage : page >= Number(pages)) return found;
  }
  return found;
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Everybody with exactly this e-mail address, letter case aside; WordPress itself only finds what contains it. */
export async function usersByEmail(site: Site, email: string): Promise<SiteUser[]> {
  const found = await search(site, [
    ["search", email],
    ["search_columns[]", "email"],
  ]);
  return found.filter((user) => same(user.email, email));
}

/**
 * The user with exactly this login, letter case aside. A search with an @ looks into e-mail addresses only on older
 * WordPress, so such a login is found by the slug that WordPress made of it, which a plug-in may have changed: not
 * found is no proof.
 */
export async function userByLogin(site: Site, login: string): Promise<SiteUser | null> {
  const query = login.includes("@") ? ([["slug", slugOf(login)]] as const) : byLogin(login);
  return (await search(site, query)).find((user) => same(user.username, login)) ?? null;
}

/** The same by a search that cannot miss it but may bring up many: for a login that WordPress says is taken. */
export async function userByTakenLogin(site: Site, login: string): Promise<SiteUser | null> {
  const part = login.split("@").reduce((longest, one) => (one.length > longest.length ? one : longest), "");
  return (await search(site, byLogin(part))).find((user) => same(user.username, login)) ?? null;
}

const byLogin = (text: string) =>
  [
    ["search", text],
    ["search_columns[]", "username"],
  ] as const;

const slugOf = (login: string) =>
  login
    .slice(0, 50)
    .toLowerCase()
    .replace(/[\s.]+/g, "-")
    .replace(/[^a-z0-9_-]/g, "")
    .replace(/-+/g, "-")
    .replace(/^-|-$/g, "");
