import { z } from "zod";
import { id, time } from "./common-shapes.ts";

const contact = z.object({ connectionId: id, contactId: z.string().min(1).max(200) });

/** Who is meant: exactly one of the three. */
export const erasureSubject = z
  .object({
    email: z.email("Enter an e-mail address").max(320).optional(),
    memberId: id.optional(),
    contact: contact.optional(),
  })
  .refine(
    ({ email, memberId, contact: named }) =>
      [email, memberId, named].filter((one) => one !== undefined).length === 1,
    "Name the person by one of email, memberId and contact",
  );

export const erasureCreate = erasureSubject.and(
  z.object({
    confirm: z.string().max(320).describe("What `confirm` of the preview says, typed by a person"),
  }),
);

const counts = z.record(z.string(), z.number()).describe("Rows by table");

export const erasurePreview = z.object({
  emails: z.array(z.string()),
  names: z.array(z.string()),
  contacts: z.array(contact),
  memberId: id.nullable(),
  counts,
  complete: z
    .boolean()
    .describe("false: more webhooks may hold the address than were searched for this preview"),
  consoleUser: z.boolean().describe("The address also signs in to the console; that account stays"),
  confirm: z.string(),
});

const toldSite = z.object({
  destinationId: id,
  name: z.string(),
  site: z.string(),
  status: z
    .enum(["told", "left", "unknown", "not_told"])
    .describe("left: its settings keep the user; unknown: it never heard of them"),
  sentence: z.string(),
  remedy: z.string().nullable().describe("What a person has to do there; null for nothing"),
});

export const erasure = z.object({
  id,
  actor: z.string(),
  state: z.enum(["queued", "running", "done"]),
  counts,
  sites: z
    .array(toldSite)
    .describe("What became of the person at each site; empty until the sites were told"),
  progress: z.number().describe("From 0 to 1"),
  createdAt: time,
  finishedAt: time.nullable(),
});
export const erasures = z.object({ items: z.array(erasure) });

export type ErasureSubject = z.infer<typeof erasureSubject>;
export type ErasurePreview = z.infer<typeof erasurePreview>;
export type ErasedSite = z.infer<typeof toldSite>;
export type Erasure = z.infer<typeof erasure>;
