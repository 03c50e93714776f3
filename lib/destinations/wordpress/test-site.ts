import { z } from "zod";
import { GiveUp, RetryLater } from "../../errors.ts";
import { explain, type ReasonCode } from "../../reasons.ts";
import type { DestinationClient, SiteCheck } from "../contract.ts";
import { hasCompanion } from "./companion.ts";
import { isProtectedRole } from "./names.ts";
import { callSite } from "./rest.ts";
import type { Site } from "./site.ts";
import { ownUser, readAs, type SiteUser } from "./users.ts";

type Finding = Pick<SiteCheck, "status" | "detail"> & { reason?: ReasonCode };
type Report = Awaited<ReturnType<DestinationClient["test"]>>;

const index = z.object({ name: z.string().default("") });
const addressReasons: readonly ReasonCode[] = [
  "site_timeout",
  "site_unreachable",
  "site_address_blocked",
  "site_moved",
];

const siteName = (site: Site): string => new URL(site.settings.url).host;

/**
 * Tries, line by line, what a push needs, and changes nobody. A line that fails ends the test where every later line
 * would only repeat it.
 */
export async function testSite(site: Site): Promise<Report> {
  const checks: SiteCheck[] = [];
  const add = (...more: SiteCheck[]) => checks.push(...more);
  const done = (): Report => ({ checks, ok: checks.every(({ status }) => status !== "failed") });

  const front = await timed(site, "api", () => readFront(site));
  const isAddress = front.reason !== null && addressReasons.includes(front.reason);
  add({ ...front, name: "address", ...(isAddress ? {} : { status: "ok", reason: null, detail: "" }) });
  if (isAddress) return done();
  // A refused sign-in shows on any page of the API; it has a line of its own.
  const isSignIn = front.status === "failed" && signInReasons.includes(front.reason ?? "internal");
  if (!isSignIn) add(front);
  if (isSignIn) add({ ...front, name: "sign_in" });
  if (front.status === "failed") return done();

  let own: SiteUser | undefined;
  const signIn = await timed(site, "sign_in", async () => {
    own = await ownUser(site);
    return { status: "ok", detail: `as ${own.username}` };
  });
  add(signIn);
  if (!own) return done();
  const user = own;
  add(
    await timed(site, "permissions", async () => readPermissions(site, user)),
    await timed(site, "roles", () => tryRoles(site, user)),
    await timed(site, "companion", async () => readCompanion(site, user)),
  );
  return done();
}

const signInReasons: readonly ReasonCode[] = [
  "site_credentials_refused",
  "site_passwords_off",
  "site_header_stripped",
  "site_sign_in_ignored",
];

async function timed(site: Site, name: SiteCheck["name"], run: () => Promise<Finding>): Promise<SiteCheck> {
  const start = performance.now();
  const since = () => Math.round(performance.now() - start);
  try {
    const finding = await run();
    return { name, ms: finding.status === "needless" ? null : since(), reason: null, ...finding };
  } catch (error) {
    if (!(error instanceof RetryLater || error instanceof GiveUp)) throw error;
    return { name, status: "failed", ms: since(), reason: error.reason, detail: words(site, error) };
  }
}

function words(site: Site, { reason, detail }: { reason: ReasonCode; detail: string | null }): string {
  const explained = explain(reason, { site: siteName(site), detail });
  return explained ? `${explained.sentence} ${explained.remedy}` : reason;
}

async function readFront(site: Site): Promise<Finding> {
  const reply = await callSite(site, { method: "GET", path: "/", query: [["_fields", "name"]] });
  if (!reply.ok) throw new GiveUp("site_api_off", { detail: reply.code });
  const { name } = readAs(index, reply.json, "the API’s front page");
  return { status: "ok", detail: name === "" ? "" : `“${name}”` };
}

function readPermissions(site: Site, user: SiteUser): Finding {
  const needed = ["list_users", "edit_users", "promote_users"];
  if (site.settings.createUsers) needed.push("create_users");
  if (site.settings.onUnlink === "delete") needed.push("delete_users");
  const missing = needed.filter((name) => user.capabilities[name] !== true);
  if (missing.length > 0) throw new GiveUp("site_forbidden", { detail: missing.join(", ") });
  return { status: "ok", detail: "may list, make and change users" };
}

/**
 * Asks WordPress to make its own user a second time with each mapped role: a role that is missing or not allowed is
 * refused before the login that is taken, and nobody is made either way.
 */
async function tryRoles(site: Site, own: SiteUser): Promise<Finding> {
  const roles = [...new Set(Object.values(site.settings.roles).filter(Boolean))];
  if (roles.length === 0) return { status: "needless", detail: "No role is mapped; each keeps its name" };
  for (const role of roles) {
    const wrong = isProtectedRole(site.settings, role)
      ? "site_role_protected"
      : await tryRole(site, own, role);
    if (wrong)
      return { status: "failed", reason: wrong, detail: words(site, { reason: wrong, detail: role }) };
  }
  return { status: "ok", detail: roles.join(", ") };
}

async function tryRole(site: Site, own: SiteUser, role: string): Promise<ReasonCode | null> {
  const body = { username: own.username, email: own.email, password: "unused", roles: [role] };
  const reply = await callSite(site, { method: "POST", path: "/wp/v2/users", body });
  if (reply.ok || reply.code !== "rest_user_invalid_role") return null;
  return reply.status === 403 ? "site_role_not_allowed" : "site_role_missing";
}

function readCompanion(site: Site, user: SiteUser): Finding {
  return hasCompanion(site, user)
    ? { status: "ok", detail: "Tags and fields are kept with the user" }
    : {
        status: "warn",
        reason: "companion_missing",
        detail: "Users are pushed; tags and fields are not kept there",
      };
}
