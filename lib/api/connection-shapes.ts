import { z } from "zod";
import { reasonCodes } from "../reasons.ts";
import { modes } from "../words.ts";
import { id, page, time } from "./common-shapes.ts";

export const fieldMapping = z.object({
  from: z
    .string()
    .min(1)
    .max(120)
    .describe("Personalisation tag in lower case, or email, first_name, last_name, phone"),
  to: z
    .string()
    .min(1)
    .max(120)
    .describe("Member attribute: role, user_login, user_pass, first_name, last_name, or a field name"),
});

export const check = z.object({
  name: z.enum(["address", "token", "sideload", "fields", "permissions", "password_field", "webhook"]),
  status: z.enum(["ok", "warn", "failed", "needless"]),
  ms: z.number().nullable(),
  reason: z.enum(reasonCodes).nullable(),
  detail: z.string(),
});

export const testReport = z.object({ ok: z.boolean(), at: time, ms: z.number(), checks: z.array(check) });

export const connection = z.object({
  id,
  name: z.string(),
  kind: z.enum(["activecampaign"]),
  kindLabel: z.string(),
  baseUrl: z.string(),
  mode: z.enum(modes),
  events: z.array(z.string()),
  sources: z.array(z.string()),
  listId: z.string().nullable(),
  createOnEvent: z.boolean(),
  webhookId: z.string().nullable(),
  defaultRole: z.string(),
  returnPasswordField: z.string().nullable(),
  fieldMap: z.array(fieldMapping),
  callsPerSecond: z.number(),
  reconcile: z.enum(["fix", "report", "off"]),
  reconcileMinutes: z.number(),
  callsPerMinute: z.number().nullable(),
  callsPerDay: z.number().nullable(),
  callsLeft: z
    .object({ thisMinute: z.number().nullable(), today: z.number().nullable() })
    .describe("Of the account’s limits, in this clock minute and this day (UTC); null without a limit"),
  quietMs: z.number(),
  maxWaitMs: z.number(),
  floodPerMinute: z.number(),
  floodHold: z.boolean(),
  batchDelaySeconds: z.number(),
  sideload: z.enum(["unknown", "yes", "no"]),
  lastTest: testReport.nullable(),
  lastDeliveryAt: time.nullable(),
  createdAt: time,
});

const connectionSettings = z.object({
  name: z.string().trim().min(1, "Give the connection a name").max(80),
  baseUrl: z.string().trim().min(4, "Paste the address from the CRM’s developer settings").max(300),
  credentials: z.object({
    apiToken: z.string().trim().min(1, "Paste the API key from the CRM’s developer settings").max(400),
  }),
  mode: z.enum(modes),
  defaultRole: z.string().trim().min(1).max(60),
  returnPasswordField: z.string().trim().max(120).nullable(),
  fieldMap: z.array(fieldMapping).max(200),
  events: z.array(z.string().max(60)).max(60),
  sources: z.array(z.enum(["public", "admin", "api", "system"])).max(4),
  listId: z.string().max(20).nullable(),
  createOnEvent: z.boolean(),
  callsPerSecond: z.number().int().min(1).max(1000),
  reconcile: z.enum(["fix", "report", "off"]),
  reconcileMinutes: z.number().int().min(5).max(10_080),
  callsPerMinute: z
    .number()
    .int()
    .min(1)
    .max(60_000)
    .nullable()
    .describe("The account’s limit of calls in any 60 seconds; null for none"),
  callsPerDay: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .nullable()
    .describe("The account’s limit of calls a day (UTC); null for none"),
  quietMs: z
    .number()
    .int()
    .min(0)
    .max(60_000)
    .describe("A run waits until no delivery for its contact came for so long (milliseconds)"),
  maxWaitMs: z
    .number()
    .int()
    .min(0)
    .max(600_000)
    .describe("The longest that a run waits for more deliveries (milliseconds)"),
  floodPerMinute: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .describe("More deliveries a minute than this are a flood"),
  floodHold: z.boolean().describe("Floods are held until a person decides"),
  batchDelaySeconds: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .describe("How long batch_sync webhooks are collected before they run"),
});

export const connectionCreate = connectionSettings
  .partial({
    mode: true,
    defaultRole: true,
    returnPasswordField: true,
    fieldMap: true,
    events: true,
    sources: true,
    listId: true,
    createOnEvent: true,
    callsPerSecond: true,
    reconcile: true,
    reconcileMinutes: true,
    callsPerMinute: true,
    callsPerDay: true,
    quietMs: true,
    maxWaitMs: true,
    floodPerMinute: true,
    floodHold: true,
    batchDelaySeconds: true,
  })
  .extend({ kind: z.enum(["activecampaign"]) });
export const connectionPatch = connectionSettings.partial();
export const connections = page(connection);

/** What the connection form offers: the CRM's own fields and lists, read now. */
export const connectionCatalog = z.object({
  fields: z.array(z.object({ id: z.string(), tag: z.string(), title: z.string(), type: z.string() })),
  lists: z.array(z.object({ id: z.string(), name: z.string() })),
  example: z.object({ name: z.string(), values: z.record(z.string(), z.string()) }).nullable(),
});

/** A kind of CRM with the words of its events and sources, for the forms. */
export const crmKind = z.object({
  kind: z.string(),
  label: z.string(),
  events: z.array(
    z.object({ name: z.string(), title: z.string(), note: z.string(), byDefault: z.boolean() }),
  ),
  sources: z.array(
    z.object({ name: z.string(), title: z.string(), note: z.string(), byDefault: z.boolean() }),
  ),
});

export type Connection = z.infer<typeof connection>;
export type ConnectionCreate = z.infer<typeof connectionCreate>;
export type ConnectionPatch = z.infer<typeof connectionPatch>;
export type ConnectionCatalog = z.infer<typeof connectionCatalog>;
export type CrmKind = z.infer<typeof crmKind>;
export type TestReport = z.infer<typeof testReport>;
