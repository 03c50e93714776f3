import { GiveUp, RetryLater } from "../../errors.ts";
import type { CrmField, Opened } from "../contract.ts";
import { askApi } from "./http.ts";
import { readAll } from "./pages.ts";
import { readAs, shapes, type WireField, type WireTag } from "./wire.ts";

/** `anew`: the account is asked, whatever is known; an id that was good may belong to nothing now. */
type Ask = { anew?: boolean };

/** Names of the account's fields and of its contacts' tags. */
export type Catalog = {
  /** Personalisation tag in lower case of a field id; null when the account has no such field. */
  fieldTag(id: string): Promise<string | null>;
  /** The field of a personalisation tag, with or without its percent signs and in any letter case. */
  fieldByTag(tag: string, ask?: Ask): Promise<CrmField | null>;
  /** All fields, read now. */
  fields(): Promise<CrmField[]>;
  /** Null when the account has no such tag. */
  tagName(id: string): Promise<string | null>;
  /** Null when the account has no such tag. Exact spelling first, letter case aside second. */
  tagId(name: string, ask?: Ask): Promise<string | null>;
  /** Makes a tag, or finds the one that was made in between. */
  makeTag(name: string): Promise<string>;
  /** What is known without asking: a field by its id or personalisation tag, and the names of tags. */
  known: { fieldTag(key: string): string | null; tagNames(): Iterable<string> };
  /** Takes in what came along with a contact. */
  learn(found: { fields?: readonly WireField[]; tags?: readonly WireTag[] }): void;
};

/** How long a name is believed; people rename tags and fields. */
const believedMs = 10 * 60_000;

const asTag = (text: string) => text.trim().replace(/^%|%$/g, "").toLowerCase();

/** Fields of old accounts may have no personalisation tag; their title is the name left. */
const asField = (field: WireField): CrmField => ({
  id: field.id,
  tag: asTag(field.perstag || field.title),
  title: field.title,
  type: field.type,
});

/** Tags of e-mail templates stand in the same list, and may have the name of a contact's tag (API v3 reference). */
const contactTagNames = (tags: readonly WireTag[]): [id: string, name: string][] =>
  tags.filter(({ tagType }) => tagType !== "template").map(({ id, tag }) => [id, tag]);

/** Whether a thing that was to be made may be there already: accounts answer that with 400, 409, 422 or 500. */
const mayBeThere = (error: unknown): boolean =>
  (error instanceof GiveUp && error.reason === "crm_bad_request") ||
  (error instanceof RetryLater && error.reason === "crm_server_error");

function idOfTag(tags: ReadonlyMap<string, string>, name: string): string | null {
  const wanted = name.trim();
  const entries = [...tags];
  const found =
    entries.find(([, each]) => each === wanted) ??
    entries.find(([, each]) => each.trim().toLowerCase() === wanted.toLowerCase());
  return found?.[0] ?? null;
}

/** Things by id, read whole. An id that is still unknown after a reading was deleted, and causes no other. */
function keep<T>(readWhole: () => Promise<[string, T][]>) {
  let known = new Map<string, T>();
  let gone = new Set<string>();
  let readAt = 0;
  let reading: Promise<void> | null = null;
  const read = async () => {
    known = new Map(await readWhole());
    gone = new Set();
    readAt = Date.now();
  };
  // Contacts of one batch miss the same names at once; they wait for one reading.
  const refresh = (): Promise<void> => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  return {
    refresh,
    all: (): ReadonlyMap<string, T> => known,
    learn: (id: string, value: T) => known.set(id, value),
    async find(id: string): Promise<T | null> {
      const isOld = readAt > 0 && Date.now() - readAt > believedMs;
      if (isOld || (!known.has(id) && !gone.has(id))) await refresh();
      if (!known.has(id)) gone.add(id);
      return known.get(id) ?? null;
    },
  };
}

/** Opens the catalog of one account; it is read when first needed, and kept as long as the client. */
export function openCatalog(host: Opened): Catalog {
  const fields = keep<CrmField>(async () => {
    const pages = await readAll(host, "fields", shapes.fields, (page) => page.fields);
    return pages.flatMap((page) =>
      page.fields.map((field) => [field.id, asField(field)] as [string, CrmField]),
    );
  });
  const tags = keep<string>(async () => {
    const pages = await readAll(host, "tags", shapes.tags, (page) => page.tags);
    return pages.flatMap((page) => contactTagNames(page.tags));
  });
  const learn: Catalog["learn"] = (found) => {
    // What comes along with contacts is undocumented; a field without its tag is looked up in the list of fields.
    for (const field of found.fields ?? []) if (field.perstag) fields.learn(field.id, asField(field));
    for (const [id, name] of contactTagNames(found.tags ?? [])) tags.learn(id, name);
  };
  const byTag = (tag: string) => [...fields.all().values()].find((field) => field.tag === asTag(tag)) ?? null;

  return {
    learn,
    known: {
      fieldTag: (key) => (fields.all().get(key) ?? byTag(key))?.tag ?? null,
      tagNames: () => tags.all().values(),
    },
    fieldTag: async (id) => (await fields.find(id))?.tag ?? null,
    tagName: tags.find,
    async fieldByTag(tag, { anew = false } = {}) {
      if (anew || !byTag(tag)) await fields.refresh();
      return byTag(tag);
    },
    async fields() {
      await fields.refresh();
      return [...fields.all().values()];
    },
    async tagId(name, { anew = false } = {}) {
      if (anew) await tags.refresh();
      const known = idOfTag(tags.all(), name);
      if (known !== null || anew) return known;
      // The search means "contains", so that a short name may be far down its list.
      const search = [["search", name.trim()]] as const;
      for (const page of await readAll(host, "tags", shapes.tags, (each) => each.tags, search)) learn(page);
      return idOfTag(tags.all(), name);
    },
    async makeTag(name) {
      const tag = { tag: name.trim(), tagType: "contact", description: "" };
      try {
        const json = await askApi(host, { method: "POST", path: "tags", body: { tag } });
        const made = readAs(shapes.tag, json, "tags").tag;
        learn({ tags: [made] });
        return made.id;
      } catch (error) {
        if (!mayBeThere(error)) throw error;
        await tags.refresh();
        const found = idOfTag(tags.all(), name);
        if (found === null) throw error;
        return found;
      }
    },
  };
}
