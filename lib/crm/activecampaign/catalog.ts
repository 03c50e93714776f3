import { GiveUp } from "../../errors.ts";
import type { CrmField, Opened } from "../contract.ts";
import { askApi, callApi } from "./http.ts";
import { readAll } from "./pages.ts";
import { readAs, shapes, type WireField, type WireTag } from "./wire.ts";

/** Names of the account's fields and tags. */
export type Catalog = {
  /** Personalisation tag in lower case of a field id; null when the account has no such field. */
  fieldTag(id: string): Promise<string | null>;
  /** The field of a personalisation tag, with or without its percent signs and in any letter case. */
  fieldByTag(tag: string): Promise<CrmField | null>;
  /** All fields, read now. */
  fields(): Promise<CrmField[]>;
  /** Null when the account has no such tag. */
  tagName(id: string): Promise<string | null>;
  /** Null when the account has no such tag. Exact spelling first, letter case aside second. */
  tagId(name: string): Promise<string | null>;
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
    return pages.flatMap((page) => page.tags.map(({ id, tag }) => [id, tag] as [string, string]));
  });
  const learn: Catalog["learn"] = (found) => {
    // What comes along with contacts is undocumented; a field without its tag is looked up in the list of fields.
    for (const field of found.fields ?? []) if (field.perstag) fields.learn(field.id, asField(field));
    for (const { id, tag } of found.tags ?? []) tags.learn(id, tag);
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
    async fieldByTag(tag) {
      if (!byTag(tag)) await fields.refresh();
      return byTag(tag);
    },
    async fields() {
      await fields.refresh();
      return [...fields.all().values()];
    },
    async tagId(name) {
      const known = idOfTag(tags.all(), name);
      if (known !== null) return known;
      // The search means "contains"; the names are compared here.
      const query = [
        ["search", name.trim()],
        ["limit", "100"],
      ] as const;
      learn(readAs(shapes.tags, await askApi(host, { method: "GET", path: "tags", query }), "tags"));
      return idOfTag(tags.all(), name);
    },
    async makeTag(name) {
      const tag = { tag: name.trim(), tagType: "contact", description: "" };
      const reply = await callApi(host, { method: "POST", path: "tags", body: { tag } });
      if (reply.status === "ok") {
        const made = readAs(shapes.tag, reply.json, "tags").tag;
        learn({ tags: [made] });
        return made.id;
      }
      await tags.refresh();
      const found = idOfTag(tags.all(), name);
      if (found !== null) return found;
      throw new GiveUp("crm_bad_request", { detail: reply.message });
    },
  };
}
