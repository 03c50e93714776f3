import { z } from "zod";
import { dialects, urlActions } from "../words.ts";
import { id, keptTime, page, time } from "./common-shapes.ts";

export const accessKey = z.object({
  id,
  connectionId: id,
  connectionName: z.string(),
  name: z.string(),
  prefix: z.string(),
  purpose: z.enum(["automation", "event"]),
  actions: z.array(z.enum(urlActions)).nullable(),
  roles: z.array(z.string()).nullable(),
  allowedIps: z.array(z.string()).nullable(),
  waitSeconds: z.number(),
  weak: z.boolean(),
  state: z.enum(["active", "rotating", "expired", "revoked"]),
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  replacedBy: id.nullable(),
  lastUsedAt: time.nullable(),
  uses7d: z.number(),
  usesByDay: z.array(z.object({ day: z.string(), uses: z.number() })),
  callers: z
    .array(
      z.object({
        address: z.string(),
        dialect: z.enum(dialects),
        action: z.string(),
        uses: z.number(),
        lastAt: time,
      }),
    )
    .describe("Who still calls with a key that is being replaced"),
  createdAt: time,
});

const keySettings = {
  name: z.string().trim().min(1, "Give the key a name").max(80),
  actions: z.array(z.enum(urlActions)).min(1, "Allow at least one action").nullish(),
  roles: z
    .array(z.string().trim().min(1).max(60))
    .nullish()
    .describe("Absent: any role but administrator and editor"),
  allowedIps: z.array(z.string().trim().max(60)).nullish().describe("Addresses or CIDR ranges"),
  expiresAt: keptTime.nullish(),
  waitSeconds: z.number().min(0).max(4.5).optional(),
};

export const accessKeyCreate = z.object({
  connectionId: id,
  ...keySettings,
  key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{6,128}$/, "A key has 6 to 128 letters, digits, - or _")
    .optional()
    .describe("An existing plug-in key, so that its URLs keep working"),
});

export const keyUrls = z.object({
  add: z.string().optional(),
  update: z.string().optional(),
  update_tags: z.string().optional(),
  batch_sync: z.string().optional(),
  wpFusion: z.object({
    add: z.string().optional(),
    update: z.string().optional(),
    update_tags: z.string().optional(),
    batch_sync: z.string().optional(),
  }),
});
export const accessKeyCreated = accessKey.extend({ key: z.string(), urls: keyUrls });
export const accessKeyRotate = z.object({
  overlapHours: z
    .number()
    .min(0)
    .max(24 * 90)
    .optional(),
});
export const accessKeys = page(accessKey);

export type AccessKey = z.infer<typeof accessKey>;
export type AccessKeyCreate = z.infer<typeof accessKeyCreate>;
export type AccessKeyCreated = z.infer<typeof accessKeyCreated>;
export type KeyUrls = z.infer<typeof keyUrls>;
