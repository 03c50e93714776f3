import { z } from "zod";

export const eventTypes = [
  "member.created",
  "member.updated",
  "member.deleted",
  "member.role_changed",
  "member.tags_changed",
  "member.password_reset",
] as const;
export type EventType = (typeof eventTypes)[number];

const receiverUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const url = URL.parse(text);
  return url !== null && !url.username && !url.password;
}, "An address has no user name in front; the receiver checks the signature.");

/** What an event shows of a member beside id, e-mail and fields. */
export const attributeNames = ["login", "role", "firstName", "lastName", "tags", "contacts"] as const;

const names = z.array(z.string().trim().min(1)).default([]);

/** How an HTTP endpoint is set up, but for its secret. */
export const settings = z.object({
  url: receiverUrl.describe("Where events are posted"),
  events: z
    .array(z.enum(eventTypes))
    .min(1)
    .default(["member.created", "member.updated", "member.deleted"])
    .describe("Those that name a change come beside member.updated"),
  attributes: z
    .array(z.enum(attributeNames))
    .default([...attributeNames])
    .describe("What an event shows of a member, beside id and e-mail"),
  fields: z
    .array(z.string().trim().min(1))
    .nullable()
    .default(null)
    .describe("Personalisation tags of the fields that an event shows; null is all of them"),
  filter: z
    .object({
      roles: names.describe("Only members with one of these roles; empty is every role"),
      tags: names.describe("Only members with one of these tags; empty is every member"),
      notTags: names.describe("Nobody with one of these tags"),
    })
    .prefault({}),
});
export type Settings = z.infer<typeof settings>;

/** `whsec_` and 24 to 64 bytes, or `whsk_` and an ed25519 key of 32 or 64, in base64 (Standard Webhooks). */
const secret = z.string().refine((text) => {
  const [, kind, encoded = ""] = /^(whsec|whsk)_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(encoded, "base64");
  return kind === "whsk" ? length === 32 || length === 64 : length >= 24 && length <= 64;
}, "A signing secret is whsec_ and 24 to 64 bytes, or whsk_ and an ed25519 key, in base64.");

export const secrets = z.object({
  secret: secret.describe("Signs every event: whsec_ by HMAC (v1), whsk_ by ed25519 (v1a); shown once"),
  oldSecret: secret.optional(),
  oldUntil: z.iso.datetime().optional(),
});
export type Secrets = z.infer<typeof secrets>;

/** Every secret that signs at this moment: while one is exchanged, the old one too, so that receivers change over at leisure. */
export function signingSecrets(read: Secrets, now: Date): string[] {
  const isOldValid = read.oldSecret && read.oldUntil && new Date(read.oldUntil) > now;
  return [read.secret, ...(isOldValid && read.oldSecret ? [read.oldSecret] : [])];
}
