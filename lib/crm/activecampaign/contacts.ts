import type { ChangedContact, CrmClient, Loaded, Opened, Sideload } from "../contract.ts";
import { askSideload } from "./ask-sideload.ts";
import type { Catalog } from "./catalog.ts";
import { changedQuery, hasMore, readChangedAt, readOffset } from "./changed.ts";
import { buildContact, openSingles } from "./contact.ts";
import { askApi } from "./http.ts";
import { isClear, readSideload, type Sideloaded } from "./sideload.ts";
import { type ContactList, readAs, shapes, type WireContact } from "./wire.ts";

export type ContactReader = {
  load(ids: readonly string[], slotTaken: boolean): Promise<Map<string, Loaded>>;
  findByEmail(email: string): Promise<Loaded>;
  changed: CrmClient["changed"];
};

type Query = readonly (readonly [string, string])[];

/** The id as the account writes it; null for text that can be no id. */
const canonical = (id: string): string | null => /^0*([1-9]\d{0,18})$/.exec(id.trim())?.[1] ?? null;

/** Reads contacts: a hundred in one call where the account answers the sideload, by two documented calls each elsewhere. */
export function openContactReader(host: Opened, catalog: Catalog): ContactReader {
  const singles = openSingles(host, catalog);
  let sideload: Sideload = host.sideload;
  const learned = (now: "yes" | "no") => {
    if (sideload === now) return;
    sideload = now;
    host.learnedSideload(now);
  };

  /** A list call with the sideload. Null: the account does not answer it, or no longer. */
  async function askSideloaded(query: Query, slotTaken: boolean): Promise<Sideloaded | null> {
    const answer = await askSideload(host, query, { sideload, slotTaken });
    if (answer === null) {
      learned("no");
      return null;
    }
    // A list without contacts proves nothing about the sideload.
    if (answer.contacts.length === 0) return readSideload({ ...answer, contactTags: [], fieldValues: [] });
    const whole = readSideload(answer);
    if (!whole) {
      learned("no");
      return null;
    }
    catalog.learn(whole);
    if (whole.contacts.some((contact) => isClear(whole, contact))) learned("yes");
    return whole;
  }

  const fromList = (answer: Sideloaded, contact: WireContact): Promise<Loaded> => {
    const { contactTags, fieldValues } = answer.ownOf(contact.id);
    return isClear(answer, contact)
      ? buildContact(catalog, contact, contactTags, fieldValues)
      : singles.load(contact.id, false);
  };

  async function loadBatch(ids: readonly string[], slotTaken: boolean): Promise<Map<string, Loaded>> {
    if (sideload === "no") return singles.loadEach(ids, slotTaken);
    const query = [...ids.map((id) => ["ids[]", id] as const), ["limit", "100"] as const];
    const answer = await askSideloaded(query, slotTaken);
    if (answer === null) return singles.loadEach(ids, false);
    const loaded = new Map<string, Loaded>();
    for (const contact of answer.contacts) {
      if (!ids.includes(contact.id) || !isClear(answer, contact)) continue;
      loaded.set(contact.id, await fromList(answer, contact));
    }
    // A list leaves deleted contacts out, and may leave out others: only the contact's own 404 counts as missing.
    const open = ids.filter((id) => !loaded.has(id));
    for (const [id, each] of await singles.loadEach(open, false, loaded.size > 0)) loaded.set(id, each);
    return loaded;
  }

  /** A list without its tags and field values, where the account does not send them along. */
  const askPlain = async (query: Query): Promise<ContactList> =>
    readAs(shapes.contacts, await askApi(host, { method: "GET", path: "contacts", query }), "contacts");

  return {
    async changed(asked) {
      const query = changedQuery(asked);
      const whole = sideload === "no" ? null : await askSideloaded(query, false);
      const { contacts: list, meta } = whole ?? (await askPlain(query));
      const contacts: ChangedContact[] = [];
      for (const contact of list) {
        const loaded = whole && isClear(whole, contact) ? await fromList(whole, contact) : null;
        const email = contact.email.trim() || null;
        contacts.push({ id: contact.id, email, changedAt: readChangedAt(contact), loaded });
      }
      const offset = list.map(readOffset).find((one) => one !== null) ?? null;
      return { contacts, more: hasMore(list, meta?.total, asked.position), offset };
    },

    async load(ids, slotTaken) {
      if (ids.length > 100) throw new Error(`load takes at most 100 contacts, not ${ids.length}`);
      const wanted = [...new Set(ids.map(canonical))].filter((id) => id !== null);
      const loaded = wanted.length > 0 ? await loadBatch(wanted, slotTaken) : new Map<string, Loaded>();
      return new Map(ids.map((id) => [id, loaded.get(canonical(id) ?? "") ?? { status: "missing" }]));
    },

    async findByEmail(email) {
      const wanted = email.trim().toLowerCase();
      const query = [
        ["email", email.trim()],
        ["limit", "100"],
      ] as const;
      const isWanted = (contact: WireContact) => contact.email.trim().toLowerCase() === wanted;
      const answer = sideload === "no" ? null : await askSideloaded(query, false);
      if (answer !== null) {
        const found = answer.contacts.find(isWanted);
        return found ? fromList(answer, found) : { status: "missing" };
      }
      const found = (await askPlain(query)).contacts.find(isWanted);
      return found ? singles.load(found.id, false) : { status: "missing" };
    },
  };
}
