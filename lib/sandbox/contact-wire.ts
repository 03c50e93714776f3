import { accountTime } from "./clock.ts";
import type { SandboxContact, SandboxField, SandboxState } from "./state.ts";

/** A contact as the API shows it: everything text, deleted ones with a rewritten address. */
export function contactObject(contact: SandboxContact, withAssociations: boolean): Record<string, unknown> {
  const id = String(contact.id);
  return {
    id,
    email: contact.deleted ? `deleted+${id}@example.com` : contact.email,
    phone: contact.phone,
    firstName: contact.firstName,
    lastName: contact.lastName,
    orgid: "0",
    orgname: "",
    cdate: accountTime(contact.createdAt),
    udate: accountTime(contact.updatedAt),
    deleted: contact.deleted ? "1" : "0",
    anonymized: "0",
    created_utc_timestamp: contact.createdAt.toISOString().slice(0, 19).replace("T", " "),
    updated_utc_timestamp: contact.updatedAt.toISOString().slice(0, 19).replace("T", " "),
    bounced_hard: "0",
    bounced_soft: "0",
    ip: "0",
    ...(withAssociations
      ? {
          contactTags: [...contact.tags.values()].map(String),
          fieldValues: [...contact.fieldValues.values()].map((value) => String(value.id)),
        }
      : {}),
    links: { contactTags: `contacts/${id}/contactTags`, fieldValues: `contacts/${id}/fieldValues` },
  };
}

/** Field values as the API shows them. */
export const fieldValueObjects = (contact: SandboxContact) =>
  [...contact.fieldValues].map(([field, { id, value }]) => ({
    contact: String(contact.id),
    field: String(field),
    value,
    cdate: accountTime(contact.createdAt),
    udate: accountTime(contact.updatedAt),
    id: String(id),
    owner: String(contact.id),
  }));

/** Tag associations as the API shows them. */
export const contactTagObjects = (contact: SandboxContact) =>
  [...contact.tags].map(([tag, id]) => ({
    contact: String(contact.id),
    tag: String(tag),
    cdate: accountTime(contact.updatedAt),
    id: String(id),
    links: { tag: `contactTags/${id}/tag`, contact: `contactTags/${id}/contact` },
  }));

/** Subscriptions as the API shows them. */
export const contactListObjects = (contact: SandboxContact) =>
  [...contact.lists].map(([list, status]) => ({
    contact: String(contact.id),
    list: String(list),
    status: String(status),
    id: `${contact.id}${list}`,
  }));

/** A tag as the API shows it. */
export const tagObject = (id: number, tag: string, tagType: "contact" | "template" = "contact") => ({
  id: String(id),
  tag,
  tagType,
  description: "",
});

/** A custom field as the API shows it. */
export const fieldObject = (field: SandboxField) => ({
  id: String(field.id),
  title: field.title,
  type: field.type,
  perstag: field.perstag,
  defval: "",
  isrequired: "0",
  visible: "1",
  ordernum: String(field.id),
  options: [],
  relations: [],
});

/** What `include=contactTags.tag,fieldValues.field` adds to a list of contacts. */
export function sideloaded(state: SandboxState, contacts: readonly SandboxContact[]) {
  const contactTags = contacts.flatMap(contactTagObjects);
  const fieldValues = contacts.flatMap(fieldValueObjects);
  const tagIds = new Set(contactTags.map(({ tag }) => Number(tag)));
  const fieldIds = new Set(fieldValues.map(({ field }) => Number(field)));
  return {
    contactTags,
    tags: [...state.tags].filter(([id]) => tagIds.has(id)).map(([id, tag]) => tagObject(id, tag)),
    fieldValues,
    fields: [...state.fields.values()].filter(({ id }) => fieldIds.has(id)).map(fieldObject),
  };
}
