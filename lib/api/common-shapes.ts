import { z } from "zod";

/** A UUID. */
export const id = z.uuid();

/** ISO 8601 with its offset. */
export const time = z.iso.datetime({ offset: true });

/** A time to keep: PostgreSQL knows no year 0, and JavaScript writes those after 9999 as it cannot read them. */
export const keptTime = time.refine((at) => {
  const year = new Date(at).getUTCFullYear();
  return year >= 1 && year <= 9999;
}, "Give a time in the years 1 to 9999 (UTC)");

/** A page of a list; `nextCursor` null is the end. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** What every refused call answers. */
export const apiError = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
});
