import { isDeepStrictEqual } from "node:util";
import type { ReasonCode } from "../../reasons.ts";
import type { MemberView } from "../contract.ts";
import type { Settings } from "./settings.ts";
import { learn, type Site } from "./site.ts";
import type { SiteUser } from "./users.ts";

/** What the companion plug-in keeps with a user; other sites ignore it. */
export type Meta = {
  rollcall_member: string;
  rollcall_contacts: string[];
  rollcall_tags: string[];
  rollcall_fields: Record<string, string>;
};

/** The user meta of a member: every mapped field is named, so that one that was emptied is emptied there too. */
export function metaOf(settings: Settings, view: MemberView): Meta {
  const fields = Object.entries(settings.fields).map(([tag, key]) => [key, view.fields[tag] ?? ""] as const);
  return {
    rollcall_member: view.id,
    rollcall_contacts: view.contacts
      .map(({ connectionId, contactId }) => `${connectionId}:${contactId}`)
      .sort(),
    rollcall_tags: view.tags,
    rollcall_fields: Object.fromEntries(fields),
  };
}

/** Whether the companion answered with this user; what is found out is kept. */
export function hasCompanion(site: Site, user: SiteUser): boolean {
  const present = Object.hasOwn(user.meta, "rollcall_tags");
  learn(site, { companion: present ? "yes" : "no" });
  return present;
}

/** Which parts of the wanted meta differ from what the user has, by name; fields by their key. */
export function metaChanges(user: SiteUser, wanted: Meta): string[] {
  const differs = (key: keyof Meta) => !isDeepStrictEqual(user.meta[key], wanted[key]);
  const stored = user.meta.rollcall_fields;
  const fieldOf = (key: string): unknown =>
    typeof stored === "object" && stored !== null && Object.hasOwn(stored, key)
      ? (stored as Record<string, unknown>)[key]
      : "";
  const fields = Object.entries(wanted.rollcall_fields).filter(([key, value]) => fieldOf(key) !== value);
  return [
    ...(differs("rollcall_member") ? ["member id"] : []),
    ...(differs("rollcall_contacts") ? ["contact"] : []),
    ...(differs("rollcall_tags") ? ["tags"] : []),
    ...fields.map(([key]) => `field ${key}`),
  ];
}

/** What a site without the companion is not told. */
export function leftOut(present: boolean, wanted: Meta): ReasonCode | null {
  const something = wanted.rollcall_tags.length > 0 || Object.keys(wanted.rollcall_fields).length > 0;
  return !present && something ? "companion_missing" : null;
}
