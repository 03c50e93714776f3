import { GiveUp } from "../../errors.ts";
import type { CrmClient, Opened } from "../contract.ts";
import type { Catalog } from "./catalog.ts";
import { asFailure } from "./contact-missing.ts";
import { readContactTags } from "./contact-tags.ts";
import { askApi, callApi, type Reply } from "./http.ts";
import { readAs, shapes, type WireContactTag, type WireFieldValue } from "./wire.ts";

type Writes = Pick<CrmClient, "writeField" | "readField" | "addTag" | "removeTag">;

/** Writes to one contact. All of them may run twice: they set, and do not add. */
export function openWrites(host: Opened, catalog: Catalog): Writes {
  async function fieldId(tag: string): Promise<string> {
    const field = await catalog.fieldByTag(tag);
    if (!field) throw new GiveUp("password_field_missing", { detail: tag });
    return field.id;
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

  async function association(contactId: string, tagId: string): Promise<WireContactTag | null> {
    const read = await readContactTags(host, contactId);
    if (read.status !== "ok") throw asFailure(contactId, read);
    return read.contactTags.find(({ tag }) => tag === tagId) ?? null;
  }

  return {
    async writeField(contactId, tag, value) {
      const field = await fieldId(tag);
      const body = { fieldValue: { contact: Number(contactId), field: Number(field), value } };
      const reply = await callApi(host, { method: "POST", path: "fieldValues", body });
      if (reply.status !== "refused") {
        found(contactId, reply);
        return;
      }
      // POST is relied upon to overwrite, and not documented to: where it refuses, the value is changed by its id.
      const there = await readValue(contactId, field);
      if (!there?.id) throw new GiveUp("crm_bad_request", { detail: reply.message });
      await askApi(host, { method: "PUT", path: `fieldValues/${there.id}`, body });
    },

    async readField(contactId, tag) {
      return (await readValue(contactId, await fieldId(tag)))?.value ?? null;
    },

    async addTag(contactId, tagName) {
      const tag = (await catalog.tagId(tagName)) ?? (await catalog.makeTag(tagName));
      const body = { contactTag: { contact: contactId, tag } };
      const reply = await callApi(host, { method: "POST", path: "contactTags", body });
      // How a tag that is there already is answered is not documented; a refusal is fine when it is there.
      if (reply.status === "refused" && (await association(contactId, tag))) return;
      found(contactId, reply);
    },

    async removeTag(contactId, tagName) {
      const tag = await catalog.tagId(tagName);
      const there = tag === null ? null : await association(contactId, tag);
      if (!there) return;
      const reply = await callApi(host, { method: "DELETE", path: `contactTags/${there.id}` });
      if (reply.status === "refused") throw new GiveUp("crm_bad_request", { detail: reply.message });
    },
  };
}
