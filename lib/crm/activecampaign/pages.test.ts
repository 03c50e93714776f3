import fc from "fast-check";
import { expect, test } from "vitest";
import { RetryLater } from "../../errors.ts";
import type { Opened } from "../contract.ts";
import { readAll } from "./pages.ts";
import { shapes } from "./wire.ts";

type Server = {
  items: readonly { id: string; tag: string }[];
  /** What stands under `meta`, by how many items there are. */
  meta: (count: number) => unknown;
  /** Whether `limit` and `offset` mean anything to it. */
  pages: boolean;
  /** The most that it gives at once. */
  most?: number;
};

function serve({ items, meta, pages, most = 100 }: Server) {
  const asked: string[] = [];
  const host: Opened = {
    baseUrl: "https://crm.example",
    credentials: { apiToken: "t" },
    sideload: "no",
    acquire: async () => undefined,
    pause: async () => undefined,
    learnedSideload: () => undefined,
    fetch: async (url) => {
      const query = new URL(url).searchParams;
      asked.push(String(query));
      const offset = Number(query.get("offset") ?? 0);
      const limit = Math.min(Number(query.get("limit") ?? 20), most);
      const tags = pages ? items.slice(offset, offset + limit) : items;
      return {
        status: 200,
        text: JSON.stringify({ tags, meta: meta(items.length) }),
        headers: new Headers(),
      };
    },
  };
  return { asked, read: () => readAll(host, "tags", shapes.tags, (page) => page.tags) };
}

const itemsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: String(index + 1), tag: `Tag ${index + 1}` }));
const idsOf = async (reading: Promise<{ tags: { id: string }[] }[]>) => [
  ...new Set((await reading).flatMap((page) => page.tags.map(({ id }) => id))),
];

const metas: Record<string, Server["meta"]> = {
  text: (count) => ({ total: String(count) }),
  number: (count) => ({ total: count }),
  none: () => undefined,
  null: () => ({ total: null }),
  empty: () => ({ total: "" }),
  zero: () => ({ total: "0" }),
  words: () => ({ total: "many" }),
};

test("every item is read once the list ends, whatever is said about how many there are", async () => {
  const length = fc.oneof(fc.constantFrom(0, 1, 99, 100, 101, 200), fc.integer({ min: 0, max: 450 }));
  await fc.assert(
    fc.asyncProperty(
      length,
      fc.constantFrom(...Object.keys(metas)),
      fc.boolean(),
      async (count, kind, pages) => {
        const items = itemsOf(count);
        const { read } = serve({ items, meta: metas[kind] ?? fail(), pages });
        expect(await idsOf(read())).toEqual(items.map(({ id }) => id));
      },
    ),
  );
});

test("a list of at most a hundred costs one call where its total is told, and a shorter one everywhere", async () => {
  for (const [kind, count] of [
    ["text", 100],
    ["number", 100],
    ["none", 99],
    ["null", 0],
  ] as const) {
    const { asked, read } = serve({ items: itemsOf(count), meta: metas[kind] ?? fail(), pages: true });
    await read();
    expect(asked).toEqual(["limit=100&offset=0"]);
  }
});

test("a list that gives its usual twenty, whatever it is asked for, is read on also without a total", async () => {
  for (const count of [19, 20, 21, 40, 55]) {
    const items = itemsOf(count);
    const { read } = serve({ items, meta: () => undefined, pages: true, most: 20 });
    expect(await idsOf(read())).toEqual(items.map(({ id }) => id));
  }
});

test("a list that gives fewer than it is asked for is read to its total", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 5, max: 100 }),
      async (count, most) => {
        const items = itemsOf(count);
        const { read } = serve({ items, meta: metas.text ?? fail(), pages: true, most });
        expect(await idsOf(read())).toEqual(items.map(({ id }) => id));
      },
    ),
  );
});

test("a list that ends before its total is not taken for the whole", async () => {
  const { read } = serve({ items: itemsOf(130), meta: () => ({ total: "140" }), pages: true });
  await expect(read()).rejects.toThrow(RetryLater);
});

function fail(): never {
  throw new Error("no such meta");
}
