import { and, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { destinations } from "#db/schema/destinations.ts";
import { members, signInLinks } from "#db/schema/members.ts";
import type { Member } from "../api/member-shapes.ts";
import { audit } from "../auth/audit.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { newLinkToken, sha256 } from "../secrets.ts";
import { makePasswordLink } from "../sync/password-links.ts";
import { memberJson } from "./members.ts";
import { notFound } from "./not-found.ts";

type Made = { url: string; expiresAt: string };
type By = { actor: string; origin: string };

const after = (minutes: number) => new Date(Date.now() + minutes * 60_000);

/** A one-time link on which a member chooses a password. It is for the member's own mailbox only. */
export async function makeSetPasswordLink(
  db: Db,
  memberId: string,
  validMinutes: number,
  { actor, origin }: By,
): Promise<Made> {
  const expiresAt = after(validMinutes);
  const token = await db.transaction(async (tx) => {
    await hasMember(tx, memberId);
    await audit(tx, actor, "made_password_link", "member", memberId);
    return makePasswordLink(tx, memberId, expiresAt);
  });
  return { url: `${origin}/set-password/${token}`, expiresAt: expiresAt.toISOString() };
}

/**
 * A one-time link with which a member signs in to a site: it opens a page of the site with `rollcall_code`, which the
 * site redeems. It leads only to the site of a destination or to PUBLIC_URL, by scheme, host and port; anything
 * else is `invalid`. Without `returnTo` it leads to the WordPress site, when there is one only.
 */
export async function makeSignInLink(
  db: Db,
  memberId: string,
  given: { returnTo?: string; validMinutes: number },
  actor: string,
): Promise<Made & { code: string }> {
  const page = await returnPage(db, given.returnTo);
  const code = newLinkToken();
  const expiresAt = after(given.validMinutes);
  await db.transaction(async (tx) => {
    await hasMember(tx, memberId);
    await tx.delete(signInLinks).where(lt(signInLinks.expiresAt, sql`now() - interval '1 day'`));
    await tx.insert(signInLinks).values({ hash: sha256(code), memberId, returnTo: page.href, expiresAt });
    await audit(tx, actor, "made_sign_in_link", "member", memberId, { site: page.origin });
  });
  page.searchParams.set("rollcall_code", code);
  return { url: page.href, code, expiresAt: expiresAt.toISOString() };
}

/**
 * Uses a code up and says whose it was. Throws conflict for one that was used or has expired, with when in its details,
 * and not_found for one that nobody made, or that ended more than a day ago.
 */
export async function redeemSignInLink(db: Db, code: string): Promise<{ member: Member; returnTo: string }> {
  const usable = and(
    eq(signInLinks.hash, sha256(code)),
    isNull(signInLinks.usedAt),
    gt(signInLinks.expiresAt, sql`now()`),
  );
  const [used] = await db
    .update(signInLinks)
    .set({ usedAt: sql`now()` })
    .where(usable)
    .returning({ memberId: signInLinks.memberId, returnTo: signInLinks.returnTo });
  const [row] = used ? await db.select().from(members).where(eq(members.id, used.memberId)) : [];
  if (!used || !row) throw await whyNot(db, code);
  return { member: await memberJson(db, row), returnTo: used.returnTo };
}

/** Only who already holds a token of this server reads this, and only who holds a code learns anything about it. */
async function whyNot(db: Db, code: string): Promise<AppError> {
  const [row] = await db
    .select({ usedAt: signInLinks.usedAt, expiresAt: signInLinks.expiresAt })
    .from(signInLinks)
    .where(eq(signInLinks.hash, sha256(code)));
  if (!row) return new AppError("not_found", "This sign-in link is not known. Ask for a new one.");
  const at = (row.usedAt ?? row.expiresAt).toISOString();
  const reason = row.usedAt ? "used" : "expired";
  const what = row.usedAt ? "was used already" : "has expired";
  return new AppError("conflict", `This sign-in link ${what}, at ${at}. Ask for a new one.`, { reason, at });
}

async function hasMember(tx: Tx, id: string): Promise<void> {
  const [member] = await tx.select({ id: members.id }).from(members).where(eq(members.id, id));
  if (!member) throw notFound("member");
}

/** The parsed address is what is checked and what is used, so that no spelling means one site here and another there. */
async function returnPage(db: Db, returnTo: string | undefined): Promise<URL> {
  const rows = await db
    .select({ kind: destinations.kind, settings: destinations.settings })
    .from(destinations);
  const sites = rows.flatMap(({ kind, settings }) => {
    const url = typeof settings.url === "string" ? URL.parse(settings.url) : null;
    return url ? [{ kind, url }] : [];
  });
  if (returnTo === undefined) {
    const [site, another] = sites.filter(({ kind }) => kind === "wordpress");
    if (site && !another) return new URL(site.url);
    throw refused("Say to which page of the site the link leads.");
  }
  const page = URL.parse(returnTo);
  if (!page || !/^https?:$/.test(page.protocol) || page.username || page.password)
    throw refused("This is not the whole address of a page, such as https://members.example.com/account.");
  const allowed = [...sites.map(({ url }) => url.origin), new URL(env().publicUrl).origin];
  if (!allowed.includes(page.origin))
    throw refused(`${page.host} is neither the site of a destination nor this server’s PUBLIC_URL.`);
  return page;
}

const refused = (message: string): AppError =>
  new AppError("invalid", `returnTo: ${message}`, [{ path: "returnTo", message }]);
