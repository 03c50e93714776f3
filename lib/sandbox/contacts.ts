import {
  type Answer,
  asText,
  created,
  inside,
  missingAttribute,
  noResult,
  ok,
  page,
  type Request,
} from "./answer.ts";
import { accountNow, readFilterTime } from "./clock.ts";
import {
  contactListObjects,
  contactObject,
  contactTagObjects,
  fieldValueObjects,
  sideloaded,
} from "./contact-wire.ts";
import { type Change, changeContact } from "./sender.ts";
import { nextId, nextKey, type SandboxContact, type SandboxState } from "./state.ts";

type Handler = (state: SandboxState, request: Request, id: number) => Answer;

const duplicate: Answer = {
  status: 422,
  body: {
    errors: [
      {
        title: "Email address already exists in the system",
        detail: "",
        code: "duplicate",
        source: { pointer: "/data/attributes/email" },
      },
    ],
  },
};

const byEmail = (state: SandboxState, email: string) =>
  [...state.contacts.values()].find(
    (contact) => !contact.deleted && contact.email.toLowerCase() === email.toLowerCase(),
  );

/** Orders that a list call may name; anything else is left out, as by the API. */
const orders: Record<string, (contact: SandboxContact) => number | string> = {
  id: ({ id }) => id,
  cdate: ({ createdAt }) => createdAt.getTime(),
  email: ({ email }) => email.toLowerCase(),
  first_name: ({ firstName }) => firstName.toLowerCase(),
  last_name: ({ lastName }) => lastName.toLowerCase(),
};

function ordered(contacts: SandboxContact[], query: URLSearchParams): SandboxContact[] {
  for (const [name, key] of Object.entries(orders)) {
    const direction = query.get(`orders[${name}]`)?.toUpperCase();
    if (!direction) continue;
    const sign = direction === "DESC" ? -1 : 1;
    return contacts.sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : 0));
  }
  return contacts;
}

/** Contacts that a list call asks for; deleted ones are left out. */
function wanted(state: SandboxState, query: URLSearchParams): SandboxContact[] {
  const ids = new Set(query.getAll("ids[]").map(Number));
  const email = query.get("email")?.toLowerCase();
  const above = Number(query.get("id_greater") ?? 0);
  const below = Number(query.get("id_less") ?? Number.POSITIVE_INFINITY);
  const since = query.get("filters[updated_after]");
  const after = since === null ? null : readFilterTime(state, since);
  const list = Number(query.get("listid") ?? 0);
  return [...state.contacts.values()].filter(
    (contact) =>
      !contact.deleted &&
      contact.id > above &&
      contact.id < below &&
      (ids.size === 0 || ids.has(contact.id)) &&
      (email === undefined || contact.email.toLowerCase() === email) &&
      (after === null || contact.updatedAt > after) &&
      (list === 0 || contact.lists.has(list)),
  );
}

const includes = (query: URLSearchParams) =>
  (query.get("include") ?? "").includes("contactTags") &&
  (query.get("include") ?? "").includes("fieldValues");

/** A page of contacts; with the sideload when it is asked for and the account answers it. */
export const listContacts: Handler = (state, { query }) => {
  const all = ordered(wanted(state, query), query);
  const shown = page(all, query);
  const withAssociations = state.settings.sideload && includes(query);
  return ok({
    scoreValues: [],
    contacts: shown.map((contact) => contactObject(contact, withAssociations)),
    ...(withAssociations ? sideloaded(state, shown) : {}),
    meta: { total: String(all.length), page_input: {} },
  });
};

/** One contact with its field values and lists, and without its tags. Deleted ones still answer. */
export const getContact: Handler = (state, _, id) => {
  const contact = state.contacts.get(id);
  if (!contact) return noResult("Subscriber", id);
  return ok({
    contactAutomations: [],
    contactLists: contactListObjects(contact),
    deals: [],
    fieldValues: fieldValueObjects(contact),
    geoAddresses: [],
    geoIps: [],
    contact: contactObject(contact, false),
  });
};

/** A page of the tag associations of one contact. */
export const getContactTags: Handler = (state, { query }, id) => {
  const contact = state.contacts.get(id);
  if (!contact) return noResult("Subscriber", id);
  const all = contactTagObjects(contact);
  return ok({ contactTags: page(all, query), meta: { total: String(all.length) } });
};

/** The field values of one contact. */
export const getFieldValues: Handler = (state, _, id) => {
  const contact = state.contacts.get(id);
  return contact ? ok({ fieldValues: fieldValueObjects(contact) }) : noResult("Subscriber", id);
};

/** What a body changes; field values come as a list of `{field, value}`. */
function readChange(input: Record<string, unknown>): Change {
  const text = (key: string) => (key in input ? asText(input[key]) : undefined);
  const values = Array.isArray(input.fieldValues) ? input.fieldValues : [];
  return {
    email: text("email"),
    firstName: text("firstName"),
    lastName: text("lastName"),
    phone: text("phone"),
    fields: new Map(values.map((each) => [Number(each.field), asText(each.value)])),
  };
}

/** Makes a contact without telling anyone; the caller announces it. */
export function makeContact(state: SandboxState, email: string): SandboxContact {
  const now = accountNow(state);
  const id = nextKey(state.contacts);
  const contact: SandboxContact = {
    id,
    email,
    firstName: "",
    lastName: "",
    phone: "",
    createdAt: now,
    updatedAt: now,
    deleted: false,
    fieldValues: new Map(),
    tags: new Map(),
    lists: new Map(),
  };
  state.contacts.set(id, contact);
  return contact;
}

const written = (contact: SandboxContact) => ({
  fieldValues: fieldValueObjects(contact),
  contact: contactObject(contact, false),
});

/** Makes a contact; an address that is there already is refused. */
export const postContact: Handler = (state, { body }) => {
  const change = readChange(inside(body, "contact"));
  if (!change.email) return missingAttribute("email");
  if (byEmail(state, change.email)) return duplicate;
  const contact = makeContact(state, change.email);
  changeContact(state, contact, change, "api", "subscribe");
  return created(written(contact));
};

/** Makes or changes the contact of an e-mail address. */
export const syncContact: Handler = (state, { body }) => {
  const change = readChange(inside(body, "contact"));
  if (!change.email) return missingAttribute("email");
  const known = byEmail(state, change.email);
  const contact = known ?? makeContact(state, change.email);
  changeContact(state, contact, change, "api", known ? "update" : "subscribe");
  return created(written(contact));
};

/** Changes a contact by id. */
export const putContact: Handler = (state, { body }, id) => {
  const contact = state.contacts.get(id);
  if (!contact) return noResult("Subscriber", id);
  const change = readChange(inside(body, "contact"));
  const other = change.email === undefined ? undefined : byEmail(state, change.email);
  if (other && other !== contact) return duplicate;
  changeContact(state, contact, change, "api", "update");
  return ok(written(contact));
};

/** Marks a contact as deleted. */
export const deleteContact: Handler = (state, _, id) => {
  const contact = state.contacts.get(id);
  if (!contact || contact.deleted)
    return { status: 404, body: { message: `No result found for contact with id ${id}` } };
  contact.deleted = true;
  return ok({});
};

/** Sets the value of a field of a contact, also where there is one. */
export const postFieldValue: Handler = (state, { body }) => {
  const input = inside(body, "fieldValue");
  const contact = state.contacts.get(Number(input.contact));
  const field = Number(input.field);
  if (!contact) return noResult("Subscriber", Number(input.contact));
  if (!state.fields.has(field)) return noResult("Field", field);
  changeContact(state, contact, { fields: new Map([[field, asText(input.value)]]) }, "api", "update");
  const fieldValue = fieldValueObjects(contact).find((each) => each.field === String(field));
  return created({ contacts: [contactObject(contact, false)], fieldValue });
};

/** Sets a value by its own id. */
export const putFieldValue: Handler = (state, request, id) => {
  const owner = [...state.contacts.values()].find((contact) =>
    [...contact.fieldValues.values()].some((value) => value.id === id),
  );
  return owner ? { ...postFieldValue(state, request, id), status: 200 } : noResult("FieldValue", id);
};

/** Subscribes (status 1) or unsubscribes (2) a contact. */
export const postContactList: Handler = (state, { body }) => {
  const input = inside(body, "contactList");
  const contact = state.contacts.get(Number(input.contact));
  if (!contact) return noResult("Subscriber", Number(input.contact));
  const isOn = String(input.status) === "1";
  contact.lists.set(Number(input.list), isOn ? 1 : 2);
  changeContact(state, contact, { list: Number(input.list) }, "api", isOn ? "subscribe" : "unsubscribe");
  return created({ contactList: { ...input, id: String(nextId(state)) } });
};
