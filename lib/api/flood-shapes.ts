import { z } from "zod";
import { id, page, time } from "./common-shapes.ts";

export const floodStates = ["pacing", "held", "draining", "done", "dropped"] as const;

/** Deliveries that are worked on together, at the CRM's pace. */
export const flood = z.object({
  id,
  kind: z
    .enum(["flood", "batch"])
    .describe("flood: more a minute than the connection allows; batch: collected batch_sync webhooks"),
  connectionId: id,
  connectionName: z.string().nullable(),
  kindLabel: z.string().nullable(),
  state: z
    .enum(floodStates)
    .describe(
      "pacing: takes more and works them off; held: keeps everything; draining: takes no more and works off the rest; done and dropped: nothing of it waits",
    ),
  taking: z.boolean().describe("Deliveries that come now still join it"),
  openedAt: time,
  lastAt: time.describe("When the last delivery joined"),
  startsAt: time.nullable().describe("When a batch starts; null for a flood"),
  endedAt: time.nullable().describe("When the rate had fallen"),
  closedAt: time.nullable(),
  thresholdPerMinute: z.number().nullable(),
  ratePerMinute: z.number().describe("Deliveries received in the last minute"),
  peakPerMinute: z.number(),
  deliveries: z.number(),
  contacts: z.number().describe("Distinct contacts, each read once"),
  contactsLeft: z.number(),
  counts: z
    .object({
      waiting: z.number(),
      running: z.number(),
      held: z.number(),
      done: z.number().describe("Synced, or found to need nothing"),
      failed: z.number().describe("Will be tried again, or gave up"),
      dropped: z.number(),
    })
    .describe("Deliveries; together they are all of it"),
  countedAt: time.nullable(),
  callsNeeded: z.number().describe("Calls to the CRM for all contacts"),
  callsLeft: z.number(),
  callsPerSecond: z.number().describe("What the connection allows itself"),
  callsPerMinute: z.number().nullable(),
  callsLeftToday: z.number().nullable().describe("Of the account’s limit a day; null without one"),
  contactsPerSecond: z.number().nullable().describe("Measured lately; null when nothing ran"),
  etaSeconds: z
    .number()
    .nullable()
    .describe("Until the rest is done; null while held or when nothing is left"),
  pausedUntil: time.nullable().describe("The CRM failed a whole batch; the next one starts then"),
  decision: z
    .object({
      choice: z.enum(["hold", "release", "drop"]),
      by: z.string().nullable().describe("Null: the connection holds floods by itself"),
      reason: z.string().nullable(),
      at: time,
    })
    .nullable(),
});
export const floods = page(flood);

export const floodQuery = z.object({
  connection: id.optional(),
  open: z
    .enum(["true", "false"])
    .optional()
    .describe("true: only those with work left; false: only closed ones"),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const reason = z.string().trim().min(1, "Say why, so that others can read it in the log").max(300);
export const floodHold = z.object({ reason: reason.optional() });
export const floodRelease = z.object({ reason: reason.optional() });
export const floodDrop = z.object({ reason });

export type Flood = z.infer<typeof flood>;
export type FloodQuery = z.infer<typeof floodQuery>;
