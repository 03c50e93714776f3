import type { ContactList, WireContact, WireContactTag, WireFieldValue } from "./wire.ts";

type Own = { contactTags: readonly WireContactTag[]; fieldValues: readonly WireFieldValue[] };

/** A list of contacts that brought its tags and field values along; `ownOf` tells those of one contact. */
export type Sideloaded = ContactList & { ownOf(contactId: string): Own };

const holdsAll = (announced: readonly string[] | undefined, own: readonly { id: string }[]) =>
  (announced ?? []).every((id) => own.some((each) => each.id === id));

/**
 * The list with what it brought along, if it holds every tag and field value that it announces; null otherwise. The
 * sideload is undocumented, so anything less counts as not answered: reading a half answer would take tags from members.
 */
export function readSideload(answer: ContactList): Sideloaded | null {
  if (!answer.contactTags || !answer.fieldValues) return null;
  const contactTags = Map.groupBy(answer.contactTags, ({ contact }) => contact);
  const fieldValues = Map.groupBy(answer.fieldValues, ({ contact }) => contact);
  const ownOf = (contactId: string): Own => ({
    contactTags: contactTags.get(contactId) ?? [],
    fieldValues: fieldValues.get(contactId) ?? [],
  });
  const isWhole = answer.contacts.every((contact) => {
    const own = ownOf(contact.id);
    return holdsAll(contact.contactTags, own.contactTags) && holdsAll(contact.fieldValues, own.fieldValues);
  });
  return isWhole ? { ...answer, ownOf } : null;
}

/** Whether "none" is said rather than left out: the list announces the contact's tags and values, or brings some. */
export function isClear(answer: Sideloaded, contact: WireContact): boolean {
  const own = answer.ownOf(contact.id);
  return (
    (contact.contactTags !== undefined || own.contactTags.length > 0) &&
    (contact.fieldValues !== undefined || own.fieldValues.length > 0)
  );
}
