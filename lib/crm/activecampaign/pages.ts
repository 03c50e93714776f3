import type { z } from "zod";
import { RetryLater } from "../../errors.ts";
import type { Opened } from "../contract.ts";
import { askApi } from "./http.ts";
import { readAs, shapes } from "./wire.ts";

const pageSize = 100;
const mostPages = 200;

/**
 * Every item of a paged list (`limit`, at most 100, and `offset`). Stops at the announced total, or at a short page
 * where none is announced; RetryLater("crm_unexpected") when a page is empty before the total is reached.
 */
export async function readAll<T>(
  host: Opened,
  path: string,
  shape: z.ZodType<T>,
  items: (page: T) => { id: string }[],
  slotTaken = false,
): Promise<T[]> {
  const pages: T[] = [];
  let seen = 0;
  for (let page = 0; page < mostPages; page++) {
    const query = [
      ["limit", String(pageSize)],
      ["offset", String(page * pageSize)],
    ] as const;
    const json = await askApi(host, { method: "GET", path, query, slotTaken: slotTaken && page === 0 });
    const read = readAs(shape, json, path);
    const count = items(read).length;
    pages.push(read);
    seen += count;
    const total = shapes.total.safeParse(json);
    if (total.success ? seen >= total.data.meta.total : count < pageSize) return pages;
    if (count === 0) throw new RetryLater("crm_unexpected", { detail: `${path}: the list ended early` });
  }
  throw new RetryLater("crm_unexpected", { detail: `${path}: more than ${mostPages * pageSize} entries` });
}
