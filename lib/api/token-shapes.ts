import { z } from "zod";
import { scopes } from "../auth/scopes.ts";
import { id, keptTime, page, time } from "./common-shapes.ts";

const scope = z
  .enum(scopes)
  .describe(
    "read: all that a viewer sees. site: refresh, verify-password, redeem a sign-in link. members:write: links that set a password or sign in. crm:write: tags and fields in the CRM. admin: everything",
  );

export const apiToken = z.object({
  id,
  name: z.string(),
  prefix: z.string().nullable().describe("How it begins; null for tokens that were made without"),
  role: z.enum(["owner", "operator", "viewer"]),
  scopes: z.array(scope).nullable().describe("null: everything its role may do"),
  fromEnvironment: z.boolean(),
  state: z.enum(["active", "expired", "revoked"]),
  createdAt: time,
  createdBy: z.string().nullable(),
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable().describe("To the minute"),
});
export const apiTokens = page(apiToken);
export const apiTokenCreate = z.object({
  name: z.string().trim().min(1, "Name what will use it").max(80),
  scopes: z
    .array(scope)
    .min(1, "Choose what it may do")
    .transform((given) => [...new Set(given)]),
  expiresAt: keptTime.nullable().optional(),
});
export const apiTokenCreated = apiToken.extend({ token: z.string().describe("Shown this once") });

export type ApiToken = z.infer<typeof apiToken>;
export type ApiTokenCreate = z.infer<typeof apiTokenCreate>;
export type ApiTokenCreated = z.infer<typeof apiTokenCreated>;
