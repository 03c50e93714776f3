import type { Current } from "./difference.ts";
import type { ContactView } from "./read-contact.ts";

/** What a contact of the member said last. */
export type Link = { tags: string[]; fields: Record<string, string> };

/**
 * What a member should be: tags and fields over all its contacts, those of `view` last. `others` is what its contacts of
 * other connections said last, oldest first. A name that is empty in the CRM does not empty the member's.
 */
export function targetOf(
  before: Current,
  others: readonly Link[],
  view: ContactView,
  wish: { tagsOnly: boolean; role: string | null },
): Current {
  const tags = [...new Set([...others, view].flatMap((row) => row.tags))].sort();
  const { email, login, role, firstName, lastName, fields } = before;
  if (wish.tagsOnly) return { email, login, role: wish.role ?? role, firstName, lastName, fields, tags };
  return {
    email: view.email,
    login,
    role: view.role ?? wish.role ?? role,
    firstName: view.firstName || firstName,
    lastName: view.lastName || lastName,
    tags,
    fields: Object.assign({}, ...others.map((row) => row.fields), view.fields),
  };
}
