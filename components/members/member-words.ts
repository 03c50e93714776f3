import type { Member, MemberDetail } from "#lib/api/member-shapes.ts";

type Changes = MemberDetail["history"][number]["changes"];

/** How a member is called: the name, or the e-mail address where there is none. */
export const nameOf = (member: Pick<Member, "firstName" | "lastName" | "email">): string =>
  `${member.firstName} ${member.lastName}`.trim() || member.email;

/** "Renews on" for renews_on. */
export const fieldTitle = (tag: string): string => {
  const words = tag.replaceAll("_", " ").trim();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

/** Fields by their names: the database keeps an order of its own. */
export const inOrder = <T>(fields: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(fields).sort(([one], [other]) => one.localeCompare(other));

/** Whether a change touched tags, and whether it touched anything else. */
export const kindsOf = (changes: Changes): { tags: boolean; fields: boolean } => ({
  tags: changes.tagsAdded.length + changes.tagsRemoved.length > 0,
  fields:
    Object.keys(changes.fields).length > 0 ||
    [changes.email, changes.login, changes.role, changes.firstName, changes.lastName].some(
      (pair) => pair !== undefined,
    ),
});

/** What happened, as the title of an entry in the history. */
export function changeTitle(changes: Changes): string {
  if (changes.created) return "Member made";
  const { tags, fields } = kindsOf(changes);
  if (tags && fields) return "Tags and fields updated";
  if (tags) return "Tags updated";
  if (fields) return "Fields updated";
  return changes.password ? "Password set" : "Updated";
}
