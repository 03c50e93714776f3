import { z } from "zod";
import { crmKind } from "./connection-shapes.ts";
import { deliveryFilter } from "./delivery-shapes.ts";
import { accessKeyCreate } from "./key-shapes.ts";

/** JSON that only the API's edges use: sign-up, health, files, patches. */

export const crmKinds = z.object({ items: z.array(crmKind), nextCursor: z.null() });

export const accessKeyQuery = z.object({ connection: z.uuid().optional() });
export const accessKeyPatch = accessKeyCreate.omit({ connectionId: true, key: true }).partial();
export type AccessKeyPatch = z.infer<typeof accessKeyPatch>;

export const deliveryExport = deliveryFilter.extend({ format: z.enum(["csv", "ndjson"]).default("csv") });

export const setup = z.object({
  code: z.string().trim().min(1, "Enter the set-up code").max(40),
  email: z.email("Enter an e-mail address").max(320),
  name: z.string().trim().min(1, "Enter your name").max(80),
  password: z.string().min(10, "Use at least 10 characters").max(1024),
});
export const setUp = z.object({ id: z.uuid(), email: z.string() });

/** `for=door`: 200 as long as this process can keep webhooks, on disk if need be; what a load balancer asks. */
export const healthQuery = z.object({ for: z.enum(["all", "door"]).default("all") });
export const health = z.object({
  status: z.enum(["ready", "not_ready"]),
  database: z.boolean().describe("It answers"),
  migrations: z.boolean().describe("It has every table of this version"),
  worker: z.boolean().describe("A worker lives, in this process or another"),
  spool: z
    .enum(["empty", "in_use", "full", "none"])
    .describe("Where webhooks wait on disk while the database is away; none: this process has no door"),
});

export const ended = z.object({ ended: z.literal(true) });

export const setPassword = z.object({
  token: z.string().min(20).max(100),
  password: z.string().min(10, "Use at least 10 characters").max(1024),
});
export const passwordSet = z.object({ email: z.string() });
