import { z } from "zod";
import { id, page, time } from "./common-shapes.ts";
import { memberChanges } from "./delivery-shapes.ts";
import { memberSite } from "./push-shapes.ts";

const memberFields = z.object({
  id,
  email: z.string(),
  login: z.string(),
  role: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  tags: z.array(z.string()),
  fields: z.record(z.string(), z.string()),
  contacts: z.array(z.object({ connectionId: id, contactId: z.string() })),
  hasPassword: z.boolean(),
  createdAt: time,
  syncedAt: time.nullable(),
});
export const member = memberFields.meta({ title: "Member" });
export const members = page(member);
const memberDetailFields = memberFields.extend({
  links: z.array(
    z.object({
      connectionId: id,
      connectionName: z.string(),
      kindLabel: z.string(),
      contactId: z.string(),
      loadedAt: time,
      url: z.string().nullable(),
    }),
  ),
  history: z.array(z.object({ id, at: time, changes: memberChanges, deliveryId: id.nullable() })),
  passwordWaiting: z.boolean().describe("A generated password has not reached the CRM yet"),
  sites: z.array(memberSite).describe("Every destination that was to have them, oldest first"),
});
export const memberDetail = memberDetailFields.meta({ title: "MemberDetail" });
export const memberQuery = z.object({
  email: z.string().max(320).optional(),
  q: z.string().max(200).optional(),
  tag: z.string().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const memberRefresh = z.object({
  email: z.email(),
  timeoutMs: z.number().int().min(0).max(15_000).optional(),
});
export const memberRefreshed = z.object({ member, source: z.enum(["crm", "directory"]) });
export const verifyPassword = z.object({
  login: z.string().min(1).max(320),
  password: z.string().min(1).max(1024),
});
export const verifiedMember = z.object({ member });
export const setPasswordLinkCreate = z.object({
  validMinutes: z.number().int().min(1).max(10_080).default(60),
});
export const setPasswordLink = z.object({
  url: z.string().describe("For the member’s own mailbox; works once"),
  expiresAt: time,
});
export const signInLinkCreate = z.object({
  returnTo: z
    .string()
    .max(2000)
    .optional()
    .describe(
      "A page of a destination’s site or of PUBLIC_URL; absent: the WordPress site, when there is one only",
    ),
  validMinutes: z.number().int().min(1).max(60).default(15),
});
export const signInLink = z.object({
  url: z.string().describe("`returnTo` with `rollcall_code`, for the member’s own mailbox"),
  code: z.string().describe("What the site redeems; works once"),
  expiresAt: time,
});
export const signInLinkRedeem = z.object({ code: z.string().min(20).max(100) });
export const signInLinkRedeemed = z.object({ member, returnTo: z.string() });

export type Member = z.infer<typeof member>;
export type MemberDetail = z.infer<typeof memberDetail>;
