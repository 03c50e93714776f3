import type { MemberView, Refused } from "../contract.ts";
import { isProtected } from "./names.ts";
import { callSite } from "./rest.ts";
import type { Site } from "./site.ts";
import type { SiteUser } from "./users.ts";

/**
 * The one user of several with the same address. WordPress looks before it makes a user and has no lock, so a slow
 * create and its repeat that run at the same moment make two with the same login, which nothing else can. The first one
 * stays, the later ones go; whoever wrote something in between wrote it as the first. Users with different logins are
 * different people to WordPress, and a person has to look.
 */
export async function oneOf(
  site: Site,
  view: Pick<MemberView, "email">,
  users: readonly SiteUser[],
): Promise<SiteUser | Refused | null> {
  const [first, ...later] = users.toSorted((a, b) => a.id - b.id);
  if (!first || later.length === 0) return first ?? null;
  const doubled: Refused = { status: "refused", reason: "site_user_doubled", detail: view.email };
  const areTwins = later.every(({ username }) => username.toLowerCase() === first.username.toLowerCase());
  if (!areTwins || users.some((user) => isProtected(site.settings, user))) return doubled;
  for (const twin of later) {
    const reply = await callSite(site, {
      method: "DELETE",
      path: `/wp/v2/users/${twin.id}`,
      query: [
        ["force", "true"],
        ["reassign", String(first.id)],
      ],
    });
    if (!reply.ok && reply.status !== 404) return doubled;
  }
  return first;
}
