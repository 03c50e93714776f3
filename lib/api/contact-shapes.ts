import { z } from "zod";
import { id } from "./common-shapes.ts";

const tagName = z.string().trim().min(1).max(255);
const target = z.object({
  email: z.email().max(320),
  connectionId: z.uuid().optional().describe("Needed when the person is in more than one CRM"),
});

export const contactTags = target
  .extend({ add: z.array(tagName).max(20).default([]), remove: z.array(tagName).max(20).default([]) })
  .refine(({ add, remove }) => add.length + remove.length > 0, "Name a tag to add or to remove")
  .refine(
    ({ add, remove }) => !add.some((tag) => remove.includes(tag)),
    "A tag is either added or removed, not both",
  );
export const contactFields = target.extend({
  fields: z
    .record(z.string().trim().min(1).max(255), z.string().max(10_000))
    .refine((given) => Object.keys(given).length > 0, "Name a field")
    .refine((given) => Object.keys(given).length <= 20, "At most 20 fields in one call")
    .describe("By personalisation tag, as the CRM’s settings show it without percent signs"),
});
export const contactWritten = z.object({
  delivery: id.describe("Reads the contact again, so that the member follows; see deliveries/{id}"),
  connectionId: id,
  contactId: z.string(),
});

export type ContactTags = z.infer<typeof contactTags>;
export type ContactFields = z.infer<typeof contactFields>;
export type ContactWritten = z.infer<typeof contactWritten>;
