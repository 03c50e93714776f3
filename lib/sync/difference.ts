import type { MemberChanges } from "#db/schema/syncs.ts";

/** The attributes of a member that a sync can change. */
export type Current = {
  email: string;
  login: string;
  role: string;
  firstName: string;
  lastName: string;
  tags: string[];
  fields: Record<string, string>;
};

const attributes = ["email", "login", "role", "firstName", "lastName"] as const;

/** What differs between two states of a member; `before` null is a member just made. */
export function difference(before: Current | null, after: Current): MemberChanges {
  const changes: MemberChanges = {
    created: before === null,
    tagsAdded: after.tags.filter((tag) => !before?.tags.includes(tag)),
    tagsRemoved: (before?.tags ?? []).filter((tag) => !after.tags.includes(tag)),
    fields: {},
  };
  for (const name of attributes) {
    const from = before?.[name] ?? null;
    if (from !== after[name] && !(from === null && after[name] === "")) changes[name] = [from, after[name]];
  }
  for (const tag of new Set([...Object.keys(before?.fields ?? {}), ...Object.keys(after.fields)])) {
    const from = before?.fields[tag] ?? null;
    const to = after.fields[tag] ?? null;
    if (from !== to && !(before === null && to === "")) changes.fields[tag] = [from, to];
  }
  return changes;
}

const attributeCount = (changes: MemberChanges): number =>
  attributes.filter((name) => changes[name] !== undefined).length + Object.keys(changes.fields).length;

/** Whether anything differs. */
export const isChange = (changes: MemberChanges): boolean =>
  changes.created ||
  changes.tagsAdded.length > 0 ||
  changes.tagsRemoved.length > 0 ||
  attributeCount(changes) > 0;

/** "1 tag", "2 tags" */
export const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** The change in a few words for a log row: "new member", "2 tags added, 1 field changed". */
export function summarize(changes: MemberChanges): string {
  if (changes.created) return "new member";
  const parts = [
    changes.tagsAdded.length > 0 && `${counted(changes.tagsAdded.length, "tag", "tags")} added`,
    changes.tagsRemoved.length > 0 && `${counted(changes.tagsRemoved.length, "tag", "tags")} removed`,
    changes.role && `role ${changes.role[1]}`,
    attributeCount(changes) - (changes.role ? 1 : 0) > 0 &&
      `${counted(attributeCount(changes) - (changes.role ? 1 : 0), "field", "fields")} changed`,
  ];
  return parts.filter(Boolean).join(", ");
}
