import { z } from "zod";
import { RetryLater } from "../../errors.ts";

/** Ids and flags come as strings in the documentation's examples and as numbers elsewhere. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const textOrEmpty = text.nullish().transform((value) => value ?? "");
/** What no example shows: of whatever shape it is, it must not make the rest unreadable. */
const flag = textOrEmpty.catch("");

/** A part that an account may leave out, or send as null. */
const maybe = <T extends z.ZodType>(part: T) => part.nullish().transform((value) => value ?? undefined);

const contact = z.object({
  id: text,
  email: textOrEmpty,
  firstName: textOrEmpty,
  lastName: textOrEmpty,
  phone: textOrEmpty,
  deleted: textOrEmpty,
  udate: textOrEmpty,
  updated_utc_timestamp: textOrEmpty,
  contactTags: maybe(z.array(text)),
  fieldValues: maybe(z.array(text)),
});
const fieldValue = z.object({ id: textOrEmpty, contact: textOrEmpty, field: text, value: textOrEmpty });
const contactTag = z.object({ id: text, contact: textOrEmpty, tag: text });
const tag = z.object({ id: text, tag: text, tagType: textOrEmpty });
const field = z.object({ id: text, title: textOrEmpty, type: textOrEmpty, perstag: textOrEmpty });
const list = z.object({ id: text, name: textOrEmpty });
/** "How many in all" is a text in the documentation's examples and a number elsewhere; nothing but digits says it. */
const total = z.union([z.number().int().nonnegative(), z.string().regex(/^\d+$/)]).transform(Number);
const names = z
  .union([z.array(text), z.string().transform((joined) => joined.split(",").filter(Boolean))])
  .nullish()
  .transform((value) => value ?? []);
const webhook = z.object({
  id: text,
  name: textOrEmpty,
  url: textOrEmpty,
  events: names,
  sources: names,
  listid: textOrEmpty,
  state: flag,
  status: flag,
  active: flag,
});

export type WireContact = z.infer<typeof contact>;
export type WireFieldValue = z.infer<typeof fieldValue>;
export type WireContactTag = z.infer<typeof contactTag>;
export type WireTag = z.infer<typeof tag>;
export type WireField = z.infer<typeof field>;
export type WireWebhook = z.infer<typeof webhook>;
export type ContactList = z.infer<typeof shapes.contacts>;

/** The answers that are read, as far as they are read (ActiveCampaign's API v3 reference). */
export const shapes = {
  contacts: z.object({
    contacts: z.array(contact),
    contactTags: maybe(z.array(contactTag)),
    tags: maybe(z.array(tag)),
    fieldValues: maybe(z.array(fieldValue)),
    fields: maybe(z.array(field)),
    meta: z.object({ total }).optional().catch(undefined),
  }),
  contact: z.object({ contact, fieldValues: z.array(fieldValue) }),
  contactTags: z.object({ contactTags: z.array(contactTag) }),
  tags: z.object({ tags: z.array(tag) }),
  tag: z.object({ tag }),
  fields: z.object({ fields: z.array(field) }),
  lists: z.object({ lists: z.array(list) }),
  webhooks: z.object({ webhooks: z.array(webhook) }),
  webhook: z.object({ webhook }),
  total: z.object({ meta: z.object({ total }) }),
  user: z.object({
    user: z.object({ firstName: textOrEmpty, lastName: textOrEmpty, username: textOrEmpty }),
  }),
};

/** Reads an answer; RetryLater("crm_unexpected") names what was missing in it, so that it never reads as empty. */
export function readAs<T>(shape: z.ZodType<T>, json: unknown, what: string): T {
  const read = shape.safeParse(json);
  if (read.success) return read.data;
  const path = read.error.issues[0]?.path.join(".") ?? "";
  throw new RetryLater("crm_unexpected", { detail: path === "" ? what : `${what}: ${path}` });
}

/** How many items the whole list has, as a page of it tells; null when it does not. */
export function readTotal(json: unknown): number | null {
  const read = shapes.total.safeParse(json);
  return read.success ? read.data.meta.total : null;
}
