import type { Current } from "./difference.ts";
import type { ContactView } from "./read-contact.ts";

/** What a contact of the member said last. */
export type Link = { contactId: string; tags: string[]; fields: Record<string, string> };

/**
 * What a member should be: tags and fields over all its links, this contact's fields last. `links` hold what this contact
 * says now. A name that is empty in the CRM does not empty the member's.
 */
export function targetOf(
  before: Current,
  links: readonly Link[],
  view: ContactView,
  wish: { tagsOnly: boolean; role: string | null },
): Current {
  const tags = [...new Set(links.flatMap((row) => row.tags))].sort();
  const { email, login, role, firstName, lastName, fields } = before;
  if (wish.tagsOnly) return { email, login, role: wish.role ?? role, firstName, lastName, fields, tags };
  const otherFields = links.filter((row) => row.contactId !== view.contactId).map((row) => row.fields);
  return {
    email: view.email,
    login,
    role: view.role ?? wish.role ?? role,
    firstName: view.firstName || firstName,
    lastName: view.lastName || lastName,
    tags,
    fields: Object.assign({}, ...otherFields, view.fields),
  };
}
