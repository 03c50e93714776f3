import { GiveUp, RetryLater } from "../../errors.ts";
import { isAccountWide } from "../account-wide.ts";
import type { Loaded, Opened } from "../contract.ts";
import type { Catalog } from "./catalog.ts";
import { asFailure } from "./contact-missing.ts";
import { readContactTags } from "./contact-tags.ts";
import { callApi } from "./http.ts";
import { readAs, shapes, type WireContact, type WireContactTag, type WireFieldValue } from "./wire.ts";

const atOnce = 4;

/** ActiveCampaign may still answer for a deleted contact, with the address rewritten to `deleted+{id}@…`. */
const isDeleted = (contact: WireContact) =>
  contact.deleted === "1" || contact.deleted === "true" || /^deleted\+\d+@/i.test(contact.email);

/** The contact in Rollcall's words. Tags and fields that were deleted from the account are left out. */
export async function buildContact(
  catalog: Catalog,
  contact: WireContact,
  contactTags: readonly WireContactTag[],
  fieldValues: readonly WireFieldValue[],
): Promise<Loaded> {
  if (isDeleted(contact)) return { status: "deleted" };
  const tags = new Set<string>();
  for (const { tag } of contactTags) {
    const name = await catalog.tagName(tag);
    if (name !== null) tags.add(name);
  }
  const fields: [string, string][] = [];
  for (const { field, value } of fieldValues) {
    const tag = await catalog.fieldTag(field);
    if (tag !== null) fields.push([tag, value]);
  }
  return {
    status: "found",
    contact: {
      id: contact.id,
      email: contact.email.trim() || null,
      firstName: contact.firstName,
      lastName: contact.lastName,
      phone: contact.phone,
      tags: [...tags].sort(),
      fields: Object.fromEntries(fields),
    },
  };
}

type Singles = {
  /** One contact; `missing` by a 404 of its own, of itself or of its tags. */
  load(id: string, slotTaken: boolean): Promise<Loaded>;
  /**
   * A few at a time. What one contact alone met is its own failure; a failure of the account ends the round, keeps what
   * was read, and is thrown when nothing was (unless `hasOthers`: the caller holds contacts already).
   */
  loadEach(ids: readonly string[], slotTaken: boolean, hasOthers?: boolean): Promise<Map<string, Loaded>>;
};

/** Contacts by the two documented calls each: `contacts/{id}` and `contacts/{id}/contactTags`. */
export function openSingles(host: Opened, catalog: Catalog): Singles {
  async function load(id: string, slotTaken: boolean): Promise<Loaded> {
    const reply = await callApi(host, { method: "GET", path: `contacts/${id}`, slotTaken });
    if (reply.status === "missing") return { status: "missing" };
    if (reply.status === "refused") throw new GiveUp("crm_bad_request", { detail: reply.message });
    const { contact, fieldValues } = readAs(shapes.contact, reply.json, `contact ${id}`);
    if (isDeleted(contact)) return { status: "deleted" };
    const tagged = await readContactTags(host, id);
    if (tagged.status !== "ok") {
      const failure = asFailure(id, tagged);
      if (failure.reason === "contact_missing") return { status: "missing" };
      throw failure;
    }
    return buildContact(catalog, contact, tagged.contactTags, fieldValues);
  }

  async function attempt(id: string, slotTaken: boolean): Promise<Loaded> {
    try {
      return await load(id, slotTaken);
    } catch (error) {
      if (error instanceof RetryLater || error instanceof GiveUp) return { status: "failed", error };
      throw error;
    }
  }

  const endsRound = (each: Loaded) => each.status === "failed" && isAccountWide(each.error);

  return {
    load,
    async loadEach(ids, slotTaken, hasOthers = false) {
      const loaded = new Map<string, Loaded>();
      for (let start = 0; start < ids.length; start += atOnce) {
        const some = ids.slice(start, start + atOnce);
        const results = await Promise.all(
          some.map((id, index) => attempt(id, slotTaken && start + index === 0)),
        );
        for (const [index, id] of some.entries()) loaded.set(id, results[index] as Loaded);
        const stop = results.find(endsRound);
        if (stop?.status !== "failed") continue;
        const nothing = [...loaded.values()].every(({ status }) => status === "failed");
        if (nothing && !hasOthers) throw stop.error;
        for (const id of ids.slice(start + atOnce)) loaded.set(id, stop);
        break;
      }
      return loaded;
    },
  };
}
