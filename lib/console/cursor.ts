import { z } from "zod";
import { AppError } from "../errors.ts";

/** Where a page ended, for the caller to send back unread. */
export const writeCursor = (id: string): string =>
  Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");

const uuid = z.uuid();

/** The id that a cursor stands for; AppError("invalid") when it is not one of ours. */
export function readCursor(cursor: string): string {
  const hex = Buffer.from(cursor, "base64url").toString("hex");
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const isOurs = uuid.safeParse(id).success && writeCursor(id) === cursor;
  if (!isOurs)
    throw new AppError("invalid", "cursor: This is not a cursor of this API. Start again without it.");
  return id;
}

/** A page of at most `limit` rows out of one row more, with the cursor of the next page. */
export function pageOf<T extends { id: string }>(
  rows: T[],
  limit: number,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor(last.id) : null };
}
