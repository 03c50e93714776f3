import type { z } from "zod";
import { GiveUp, RetryLater } from "../../errors.ts";
import type { Opened } from "../contract.ts";
import { type Call, callApi, type Reply } from "./http.ts";
import { readAs, readTotal } from "./wire.ts";

const pageSize = 100;
/** What a list gives unless it is asked for more; one that heeds no limit gives it always. */
const usualSize = 20;
const mostPages = 200;

/** All pages of a list, or that the account has no such list (404) or refused to tell it. */
type Pages<T> = { status: "ok"; pages: T[] } | Exclude<Reply, { status: "ok" }>;

/**
 * Every item of a paged list (`limit`, at most 100, and `offset`; API v3 reference). Stops at the announced total; where
 * none is announced, or one that is less than what came, at a page that is not full (and not the usual 20) or repeats the
 * one before, which is what a list that does not page sends. RetryLater("crm_unexpected") when nothing new comes before the total is reached.
 */
export async function readPages<T>(
  host: Opened,
  path: string,
  shape: z.ZodType<T>,
  items: (page: T) => { id: string }[],
  query: NonNullable<Call["query"]> = [],
): Promise<Pages<T>> {
  const pages: T[] = [];
  const seen = new Set<string>();
  let offset = 0;
  for (let page = 0; page < mostPages; page++) {
    const place = [
      ["limit", String(pageSize)],
      ["offset", String(offset)],
    ] as const;
    const reply = await callApi(host, { method: "GET", path, query: [...query, ...place] });
    if (reply.status !== "ok") return reply;
    const read = readAs(shape, reply.json, path);
    const before = seen.size;
    const here = items(read);
    for (const { id } of here) seen.add(id);
    pages.push(read);
    // By what came, not by what was asked for: a list may give fewer.
    offset += here.length;
    const total = readTotal(reply.json);
    const isTold = total !== null && total >= seen.size;
    const isFull = here.length === pageSize || here.length === usualSize;
    const isOver = isTold ? seen.size >= total : !isFull || seen.size === before;
    if (isOver) return { status: "ok", pages };
    if (seen.size === before)
      throw new RetryLater("crm_unexpected", { detail: `${path}: the list ended early` });
  }
  throw new RetryLater("crm_unexpected", { detail: `${path}: more than ${mostPages * pageSize} entries` });
}

/** The same, for lists that must be there; GiveUp("crm_bad_request") with what the account said otherwise. */
export async function readAll<T>(...asked: Parameters<typeof readPages<T>>): Promise<T[]> {
  const read = await readPages(...asked);
  if (read.status === "ok") return read.pages;
  throw new GiveUp("crm_bad_request", { detail: read.message });
}
