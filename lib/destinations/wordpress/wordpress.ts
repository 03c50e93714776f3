import { sha256 } from "../../secrets.ts";
import type { DestinationKind, MemberView } from "../contract.ts";
import { metaOf } from "./companion.ts";
import { keptName, siteRole } from "./names.ts";
import { pushMember } from "./push.ts";
import { type Settings, secrets, settings } from "./settings.ts";
import { openSite } from "./site.ts";
import { testSite } from "./test-site.ts";
import { unlinkMember } from "./unlink.ts";

/** WordPress 5.6 and later, over its REST API with an application password; tags and fields need the companion. */
export const wordpress: DestinationKind = {
  kind: "wordpress",
  label: "WordPress",
  settings,
  secrets,
  secretNames: ["applicationPassword"],
  makeSecrets: () => ({}),
  rotateSecrets: null,
  // Shared hosts run a handful of PHP workers, and visitors need them too.
  defaults: { ratePerMinute: 240, concurrency: 2 },
  siteName: (stored) => new URL(settings.parse(stored).url).host,
  open(host) {
    const site = openSite(host);
    return {
      test: () => testSite(site),
      digest: (view) => digestOf(site.settings, view),
      push: (view, known) => pushMember(site, view, known),
      unlink: (member, known) => unlinkMember(site, member, known),
    };
  },
};

function digestOf(read: Settings, view: MemberView): string {
  const { email, login, firstName, lastName } = view;
  const told = [
    email,
    login,
    siteRole(read, view.role),
    read.roleMode,
    keptName(firstName),
    keptName(lastName),
  ];
  return sha256(JSON.stringify([...told, metaOf(read, view)]));
}
