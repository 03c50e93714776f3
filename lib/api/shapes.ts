import { z } from "zod";
import { reasonCodes } from "../reasons.ts";
import { actions, dialects, hops, modes, statuses, triggers, urlActions } from "../words.ts";

/** The JSON of /api/v1 and of the console: one schema serves validation, types and OpenAPI. */

const id = z.uuid();
const time = z.iso.datetime({ offset: true });
const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

// Connections

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

// Access keys

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
  expiresAt: time.nullish(),
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
  wpFusion: z.object({
    add: z.string().optional(),
    update: z.string().optional(),
    update_tags: z.string().optional(),
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

// Deliveries

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
  memberId: id.nullable(),
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
  connection: id.optional(),
  key: id.optional(),
  action: z.string().max(60).optional(),
  trigger: z.enum(triggers).optional(),
  contact: z.string().max(120).optional().describe("Contact id"),
  email: z.string().max(320).optional(),
  member: id.optional(),
  reason: z.enum(reasonCodes).optional(),
  from: time.optional(),
  to: time.optional(),
  q: z.string().max(200).optional().describe("E-mail, contact id, name or delivery id"),
});
export const deliveryQuery = deliveryFilter.extend({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const deliveryCounts = z.object({
  total: z.number(),
  byStatus: z.record(z.enum(statuses), z.number()),
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

// Members

export const member = z.object({
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
export const members = page(member);
export const memberDetail = member.extend({
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
});
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

// Overview

export const overview = z.object({
  counts: deliveryCounts,
  ack: z.object({ p50: z.number().nullable(), p99: z.number().nullable() }),
  sync: z.object({ p50: z.number().nullable(), p99: z.number().nullable() }),
  backlog: z.object({ waiting: z.number(), oldestDueSeconds: z.number().nullable() }),
  line: z
    .array(
      z.object({
        hop: z.enum(hops),
        passed: z.number(),
        left: z.array(z.object({ status: z.enum(statuses), count: z.number() })),
      }),
    )
    .describe("How many of the last 24 h passed each hop, and what left the line there"),
  needsPerson: z.array(
    z.object({
      status: z.enum(statuses),
      reason: z.enum(reasonCodes),
      detail: z.string().nullable(),
      title: z.string(),
      remedy: z.string(),
      count: z.number(),
      connectionId: id.nullable(),
      since: time,
      lastAt: time,
      sampleId: id,
    }),
  ),
  healing: z.object({ count: z.number(), nextRetryAt: time.nullable() }),
  connections: z.array(
    z.object({
      id,
      name: z.string(),
      kindLabel: z.string(),
      mode: z.enum(modes),
      webhookRegistered: z.boolean(),
      lastDeliveryAt: time.nullable(),
      testOk: z.boolean().nullable(),
      testAt: time.nullable(),
      callsPerSecond: z.number(),
      callsLastSecond: z.number(),
      pausedUntil: time.nullable(),
    }),
  ),
  hasDeliveries: z.boolean(),
});

export const apiError = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
});

export type Connection = z.infer<typeof connection>;
export type ConnectionCreate = z.infer<typeof connectionCreate>;
export type ConnectionPatch = z.infer<typeof connectionPatch>;
export type ConnectionCatalog = z.infer<typeof connectionCatalog>;
export type CrmKind = z.infer<typeof crmKind>;
export type TestReport = z.infer<typeof testReport>;
export type AccessKey = z.infer<typeof accessKey>;
export type AccessKeyCreate = z.infer<typeof accessKeyCreate>;
export type AccessKeyCreated = z.infer<typeof accessKeyCreated>;
export type KeyUrls = z.infer<typeof keyUrls>;
export type Delivery = z.infer<typeof delivery>;
export type DeliveryDetail = z.infer<typeof deliveryDetail>;
export type DeliveryFilter = z.infer<typeof deliveryFilter>;
export type DeliveryQuery = z.infer<typeof deliveryQuery>;
export type DeliveryCounts = z.infer<typeof deliveryCounts>;
export type DeliveryStep = z.infer<typeof step>;
export type Attempt = z.infer<typeof attempt>;
export type Retries = z.infer<typeof retries>;
export type Member = z.infer<typeof member>;
export type MemberDetail = z.infer<typeof memberDetail>;
export type Overview = z.infer<typeof overview>;
