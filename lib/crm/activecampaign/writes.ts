import { GiveUp } from "../../errors.ts";
import type { CrmClient, Opened } from "../contract.ts";
import type { Catalog } from "./catalog.ts";
import { asFailure } from "./contact-missing.ts";
import { readContactTags } from "./contact-tags.ts";
import { askApi, type Call, callApi, type Reply } from "./http.ts";
import { readAs, shapes, type WireContactTag, type WireFieldValue } from "./wire.ts";

type Writes = Pick<CrmClient, "writeField" | "readField" | "addTag" | "removeTag">;

/** Writes to one contact. All of them may run twice: they set, and do not add. */
export function openWrites(host: Opened, catalog: Catalog): Writes {
  async function fieldId(tag: string, anew = false): Promise<string> {
    const field = await catalog.fieldByTag(tag, { anew });
    if (!field) throw new GiveUp("password_field_missing", { detail: tag });
    return field.id;
  }

  /**
   * Makes a call that names a field or a tag by its id, which was learned earlier. A 404 that is not about the contact may
   * mean that the thing was deleted and made anew: its id is read anew, and where it is another, the call is made again.
   */
  async function callById(
    contactId: string,
    idOf: (anew: boolean) => Promise<string>,
    callFor: (id: string) => Call,
  ): Promise<{ id: string; reply: Reply }> {
    const id = await idOf(false);
    const reply = await callApi(host, callFor(id));
    if (reply.status !== "missing" || asFailure(contactId, reply).reason === "contact_missing")
      return { id, reply };
    const now = await idOf(true);
    return { id: now, reply: now === id ? reply : await callApi(host, callFor(now)) };
  }

  const found = (contactId: string, reply: Reply): unknown => {
    if (reply.status === "ok") return reply.json;
    throw asFailure(contactId, reply);
  };

  async function readValue(contactId: string, field: string): Promise<WireFieldValue | null> {
    const path = `contacts/${encodeURIComponent(contactId)}`;
    const json = found(contactId, await callApi(host, { method: "GET", path }));
    const { fieldValues } = readAs(shapes.contact, json, path);
    return fieldValues.find((value) => value.field === field) ?? null;
  }

  /** How the contact has the tag of a name; null when it has it not. */
  async function association(contactId: string, tagName: string): Promise<WireContactTag | null> {
    const read = await readContactTags(host, contactId);
    if (read.status !== "ok") throw asFailure(contactId, read);
    const own = read.contactTags;
    const find = (id: string | null) => own.find(({ tag }) => tag === id) ?? null;
    const there = find(await catalog.tagId(tagName));
    if (there) return there;
    // One of them may be the tag, made anew under an id that is not known; asking its name has all of them read.
    for (const { tag } of own) await catalog.tagName(tag);
    return find(await catalog.tagId(tagName));
  }

  return {
    async writeField(contactId, tag, value) {
      const bodyFor = (field: string) => ({
        fieldValue: { contact: Number(contactId), field: Number(field), value },
      });
      const { id, reply } = await callById(
        contactId,
        (anew) => fieldId(tag, anew),
        (field) => ({ method: "POST", path: "fieldValues", body: bodyFor(field) }),
      );
      if (reply.status === "missing" && /\bfield\b/i.test(reply.message))
        throw new GiveUp("password_field_missing", { detail: tag });
      if (reply.status !== "refused") {
        found(contactId, reply);
        return;
      }
      // POST is relied upon to overwrite, and not documented to: where it refuses, the value is changed by its id.
      const there = await readValue(contactId, id);
      if (!there?.id) throw new GiveUp("crm_bad_request", { detail: reply.message });
      await askApi(host, { method: "PUT", path: `fieldValues/${there.id}`, body: bodyFor(id) });
    },

    async readField(contactId, tag) {
      return (await readValue(contactId, await fieldId(tag)))?.value ?? null;
    },

    async addTag(contactId, tagName) {
      const { reply } = await callById(
        contactId,
        async (anew) => (await catalog.tagId(tagName, { anew })) ?? (await catalog.makeTag(tagName)),
        (tag) => ({ method: "POST", path: "contactTags", body: { contactTag: { contact: contactId, tag } } }),
      );
      // How a tag that is there already is answered is not documented; a refusal is fine when it is there.
      if (reply.status === "refused" && (await association(contactId, tagName))) return;
      found(contactId, reply);
    },

    async removeTag(contactId, tagName) {
      if ((await catalog.tagId(tagName)) === null) return;
      const there = await association(contactId, tagName);
      if (!there) return;
      const reply = await callApi(host, { method: "DELETE", path: `contactTags/${there.id}` });
      if (reply.status === "refused") throw new GiveUp("crm_bad_request", { detail: reply.message });
    },
  };
}
