import type { ContactList, WireContact, WireContactTag, WireFieldValue } from "./wire.ts";

/** A list of contacts that brought its tags and field values along. */
export type Sideloaded = ContactList & { contactTags: WireContactTag[]; fieldValues: WireFieldValue[] };

/** What belongs to one contact of the list. */
export const ownOf = (answer: Sideloaded, contactId: string) => ({
  contactTags: answer.contactTags.filter(({ contact }) => contact === contactId),
  fieldValues: answer.fieldValues.filter(({ contact }) => contact === contactId),
});

const holdsAll = (announced: readonly string[] | undefined, own: readonly { id: string }[]) =>
  (announced ?? []).every((id) => own.some((each) => each.id === id));

/**
 * Whether the answer holds every tag and field value it announces. The sideload is undocumented, so anything less
 * counts as not answered: reading a half answer would take tags from members.
 */
export function isWhole(answer: ContactList): answer is Sideloaded {
  const { contacts, contactTags, fieldValues } = answer;
  if (!contactTags || !fieldValues) return false;
  return contacts.every((contact) => {
    const own = ownOf({ ...answer, contactTags, fieldValues }, contact.id);
    return holdsAll(contact.contactTags, own.contactTags) && holdsAll(contact.fieldValues, own.fieldValues);
  });
}

/** Whether "none" is said rather than left out: the list announces the contact's tags and values, or brings some. */
export function isClear(answer: Sideloaded, contact: WireContact): boolean {
  const own = ownOf(answer, contact.id);
  return (
    (contact.contactTags !== undefined || own.contactTags.length > 0) &&
    (contact.fieldValues !== undefined || own.fieldValues.length > 0)
  );
}
