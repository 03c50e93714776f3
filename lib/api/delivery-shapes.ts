import { z } from "zod";
import { reasonCodes } from "../reasons.ts";
import { actions, dialects, hops, statuses, triggers } from "../words.ts";
import { id, page, time } from "./common-shapes.ts";

export const delivery = z.object({
  id,
  receivedAt: time,
  connectionId: id.nullable(),
  connectionName: z.string().nullable(),
  kindLabel: z.string().nullable(),
  keyId: id.nullable(),
  keyName: z.string().nullable(),
  dialect: z.enum(dialects),
  action: z.enum(actions).or(z.string()),
  event: z.string().nullable(),
  source: z.string().nullable(),
  trigger: z.enum(triggers),
  contactId: z.string().nullable(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  remoteAddress: z.string(),
  status: z.enum(statuses),
  hop: z.enum(hops),
  reason: z.enum(reasonCodes).nullable(),
  detail: z.string().nullable().describe("What changed, or what was found"),
  sentence: z.string().nullable(),
  remedy: z.string().nullable(),
  ackMs: z.number().nullable(),
  syncMs: z.number().nullable(),
  attempts: z.number(),
  maxAttempts: z.number(),
  nextRetryAt: time.nullable(),
  duplicateOf: id.nullable(),
  floodId: id.nullable().describe("The flood or batch it is part of"),
  memberId: id.nullable(),
  site: z
    .object({ id, name: z.string(), others: z.number() })
    .nullable()
    .describe(
      "The destination where the member is not right, and how many more there are; only of partly synced ones",
    ),
  canRetry: z.boolean(),
});
export const deliveries = page(delivery);

export const step = z.object({
  name: z.string(),
  hop: z.enum(hops),
  status: z.enum(["done", "warn", "failed", "skipped", "running", "waiting"]),
  startedAt: time,
  ms: z.number(),
  reason: z.enum(reasonCodes).nullable(),
  detail: z.string().nullable(),
  sentence: z.string().nullable(),
  attempt: z.number().nullable().describe("Which run this step belongs to; null for the door and the queue"),
});

const pair = z.tuple([z.string().nullable(), z.string().nullable()]);
export const memberChanges = z.object({
  created: z.boolean(),
  email: pair.optional(),
  login: pair.optional(),
  role: pair.optional(),
  firstName: pair.optional(),
  lastName: pair.optional(),
  tagsAdded: z.array(z.string()),
  tagsRemoved: z.array(z.string()),
  fields: z.record(z.string(), pair),
  password: z.enum(["generated", "from_crm", "chosen"]).optional(),
});

export const attempt = z.object({
  id,
  number: z.number(),
  startedAt: time,
  ms: z.number().nullable(),
  status: z.string(),
  reason: z.enum(reasonCodes).nullable(),
  sentence: z.string().nullable(),
  workerId: z.string(),
});

export const deliveryDetail = delivery.extend({
  steps: z.array(step),
  request: z.object({
    method: z.string(),
    path: z.string().describe("The key is hidden"),
    query: z.string(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.string().describe("As received, when it is UTF-8 text"),
    bodyBase64: z.string().nullable().describe("As received, when it is not"),
    bodyBytes: z.number(),
    pairs: z.array(z.tuple([z.string(), z.string()])).describe("Decoded, in wire order"),
  }),
  changes: memberChanges.nullable(),
  runs: z.array(attempt),
  related: z.array(delivery).describe("Other deliveries of this contact, newest first"),
  contactUrl: z.string().nullable(),
  sharedCommit: z.number().nullable().describe("How many deliveries one commit recorded"),
});

/** Filters of the log; the same for lists, counts, exports and bulk retries. */
export const deliveryFilter = z.object({
  status: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => (typeof given === "string" ? given.split(",").filter(Boolean) : given))
    .pipe(z.array(z.enum(statuses)))
    .optional()
    .describe("One or more, with commas"),
  next: z
    .enum(["none", "planned"])
    .optional()
    .describe("Whether it is tried again by itself: none leaves out what has a next try, planned all else"),
  connection: id.optional(),
  key: id.optional(),
  action: z.string().max(60).optional(),
  trigger: z.enum(triggers).optional(),
  contact: z.string().max(120).optional().describe("Contact id"),
  email: z.string().max(320).optional(),
  member: id.optional(),
  reason: z.enum(reasonCodes).optional(),
  flood: id.optional().describe("Part of this flood or batch"),
  floods: z.literal("folded").optional().describe("folded leaves out what is part of a flood or batch"),
  from: time.optional(),
  to: time.optional(),
  q: z.string().max(200).optional().describe("E-mail, contact id, name or delivery id"),
  body: z
    .string()
    .min(3)
    .max(200)
    .optional()
    .describe("Text in the body as received, letter case counts; looks through the last day of the range"),
});
export const deliveryQuery = deliveryFilter.extend({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const deliveryCounts = z.object({
  total: z.number(),
  byStatus: z.record(z.enum(statuses), z.number()),
  stuck: z.number().describe("Of those partly synced, how many are not tried again by themselves"),
  buckets: z
    .array(
      z.object({
        at: time,
        synced: z.number(),
        nothing: z.number().describe("skipped, duplicate, filtered"),
        waiting: z.number().describe("queued, running, held, partly synced"),
        failed: z.number().describe("failed, gave up, rejected, unreadable"),
      }),
    )
    .describe("Equal slices of the range"),
  bucketSeconds: z.number(),
  from: time,
  to: time,
});

export const retryAnswer = z.object({ id, status: z.enum(statuses) });
export const retriesCreate = z.object({
  filter: deliveryFilter.extend({ ids: z.array(id).max(1000).optional() }),
  dryRun: z.boolean().optional().describe("Only count"),
});
export const retries = z.object({
  id: id.nullable(),
  total: z.number(),
  done: z.number(),
  failed: z.number(),
  waiting: z.number(),
  state: z.enum(["planned", "running", "done", "aborted"]),
  createdAt: time.nullable(),
  finishedAt: time.nullable(),
});

export type Delivery = z.infer<typeof delivery>;
export type DeliveryDetail = z.infer<typeof deliveryDetail>;
export type DeliveryFilter = z.infer<typeof deliveryFilter>;
export type DeliveryQuery = z.infer<typeof deliveryQuery>;
export type DeliveryCounts = z.infer<typeof deliveryCounts>;
export type DeliveryStep = z.infer<typeof step>;
export type Attempt = z.infer<typeof attempt>;
export type Retries = z.infer<typeof retries>;
