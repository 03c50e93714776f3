import {
  type Answer,
  asText,
  created,
  inside,
  missingAttribute,
  noContact,
  noResult,
  ok,
  page,
  type Request,
} from "./answer.ts";
import { contactTagObjects, fieldObject, tagObject } from "./contact-wire.ts";
import { tagContact, untagContact } from "./sender.ts";
import { nextKey, type SandboxState } from "./state.ts";

const total = (items: readonly unknown[]) => ({ total: String(items.length) });

/** Tags of contacts and of templates; `search` means "contains", as on a real account. */
export function listTags(state: SandboxState, { query }: Request): Answer {
  const search = (query.get("search") ?? "").toLowerCase();
  const all = [
    ...[...state.templateTags].map(([id, tag]) => tagObject(id, tag, "template")),
    ...[...state.tags].map(([id, tag]) => tagObject(id, tag)),
  ].filter(({ tag }) => tag.toLowerCase().includes(search));
  return ok({ tags: page(all, query), meta: total(all) });
}

/** Makes a contact tag; one of that name that is there already is refused. A template may have the name. */
export function postTag(state: SandboxState, { body }: Request): Answer {
  const name = asText(inside(body, "tag").tag);
  if (name === "") return missingAttribute("tag");
  if ([...state.tags.values()].some((each) => each.toLowerCase() === name.toLowerCase()))
    return { status: 422, body: { errors: [{ title: "The tag already exists.", code: "duplicate" }] } };
  const id = nextKey(new Map([...state.tags, ...state.templateTags]));
  state.tags.set(id, name);
  return created({ tag: tagObject(id, name) });
}

/** Tags a contact; a tag it has already is no error. */
export function postContactTag(state: SandboxState, { body }: Request): Answer {
  const input = inside(body, "contactTag");
  if (!input.contact) return missingAttribute("contact");
  if (!input.tag) return missingAttribute("tag");
  const contact = state.contacts.get(Number(input.contact));
  const tag = Number(input.tag);
  if (!contact || contact.deleted) return noContact;
  if (!state.tags.has(tag)) return noResult("Tag", tag);
  tagContact(state, contact, tag, "api");
  return created({ contactTag: contactTagObjects(contact).find((each) => each.tag === String(tag)) });
}

/** Takes the id of the association, not of the tag. */
export function deleteContactTag(state: SandboxState, _: Request, id: number): Answer {
  for (const contact of state.contacts.values()) {
    for (const [tag, association] of contact.tags) {
      if (association !== id) continue;
      untagContact(state, contact, tag, "api");
      return ok({});
    }
  }
  return noResult("SubscriberTag", id);
}

/** Custom fields, all or the one of a personalisation tag. */
export function listFields(state: SandboxState, { query }: Request): Answer {
  const perstag = query.get("filters[perstag]")?.toUpperCase();
  const all = [...state.fields.values()].filter(
    (field) => perstag === undefined || field.perstag === perstag,
  );
  return ok({ fieldOptions: [], fieldRels: [], fields: page(all, query).map(fieldObject), meta: total(all) });
}

/** Makes a custom field; its personalisation tag follows from its title unless given. */
export function postField(state: SandboxState, { body }: Request): Answer {
  const input = inside(body, "field");
  const title = asText(input.title);
  if (title === "") return missingAttribute("title");
  const id = nextKey(state.fields);
  const perstag = asText(input.perstag) || title.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  const field = { id, title, type: asText(input.type) || "text", perstag: perstag.toUpperCase() };
  state.fields.set(id, field);
  return created({ field: fieldObject(field) });
}

/** The lists of the account. */
export function listLists(state: SandboxState, { query }: Request): Answer {
  const all = [...state.lists];
  return ok({ lists: page(all, query).map(([id, name]) => ({ id: String(id), name })), meta: total(all) });
}
