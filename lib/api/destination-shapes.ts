import { z } from "zod";
import { reasonCodes } from "../reasons.ts";
import { id, page, time } from "./common-shapes.ts";
import { everyone, why } from "./push-shapes.ts";

export const destinationStates = ["active", "paused", "stopped"] as const;

export const siteCheck = z.object({
  name: z.enum(["address", "api", "sign_in", "permissions", "roles", "companion", "delivery"]),
  status: z.enum(["ok", "warn", "failed", "needless"]),
  ms: z.number().nullable(),
  reason: z.enum(reasonCodes).nullable(),
  detail: z.string(),
});
export const siteTest = z.object({ ok: z.boolean(), at: time, ms: z.number(), checks: z.array(siteCheck) });

export const destinationHealth = z.object({
  state: z.enum(destinationStates).describe("stopped: only a person can mend what is wrong"),
  ...why,
  stateAt: time,
  stateBy: z.string().nullable().describe("Who paused or resumed it; null where Rollcall stopped it"),
  breaker: z.object({
    state: z
      .enum(["closed", "open", "half_open"])
      .describe("open: pushes rest; half_open: one push tries whether the site answers again"),
    ...why,
    failures: z.number().describe("In a row"),
    openedAt: time.nullable(),
    probeAt: time.nullable().describe("When the next try may be made"),
  }),
  backlog: z
    .object({
      waiting: z.number().describe("Due, now or when the site goes on"),
      running: z.number(),
      failed: z.number().describe("Tried again by itself"),
      dead: z.number().describe("Gave up; waits for a person"),
      refused: z.number().describe("The site will not have them; waits for a person"),
      partial: z.number().describe("There, but the site could not take everything"),
      pushed: z.number().describe("The site has what it should"),
    })
    .describe("Members; together they are all that this destination was ever owed"),
  oldestDueAt: time.nullable().describe("Since when the longest-waiting member is owed"),
  last24Hours: z
    .object({
      done: z.number(),
      unchanged: z.number(),
      skipped: z.number().describe("Left out by the destination’s own settings"),
      failed: z.number(),
      dead: z.number(),
      refused: z.number(),
      stopped: z.number().describe("Not made: the site was resting or stopped"),
    })
    .describe("Pushes by result"),
  lastPush: z
    .object({
      at: time,
      status: z.string(),
      memberId: id,
      email: z.string().nullable(),
      ms: z.number(),
      ...why,
    })
    .nullable(),
  pace: z.object({
    ratePerMinute: z.number().describe("Calls that the destination allows itself"),
    concurrency: z.number(),
    callsThisMinute: z.number(),
    pushesPerMinute: z.number().describe("Measured over the last five minutes"),
    pausedUntil: time.nullable().describe("The site asked for silence until then"),
    etaSeconds: z
      .number()
      .nullable()
      .describe("Until nothing waits, at the measured pace; null when unknown"),
  }),
  everyone: everyone.nullable().describe("The last “push everyone”"),
});

export const destination = z.object({
  id,
  kind: z.string(),
  kindLabel: z.string(),
  name: z.string(),
  site: z.string().describe("The host name a person knows it by"),
  state: z.enum(destinationStates),
  settings: z
    .record(z.string(), z.unknown())
    .describe("As the kind reads them; secrets are never among them"),
  secretsSet: z.array(z.string()).describe("Names of the secrets that are stored"),
  oldSecretUntil: time.nullable().describe("Until when the secret before the last rotation signs as well"),
  ratePerMinute: z.number(),
  concurrency: z.number(),
  lastTest: siteTest.nullable(),
  health: destinationHealth,
  createdAt: time,
  updatedAt: time,
});
export const destinations = page(destination);

/** The secret that Rollcall made, here and nowhere else after. */
export const destinationMade = destination.extend({
  secret: z.string().optional().describe("Shown this once, where Rollcall made one"),
});

const name = z.string().trim().min(1, "Give the destination a name").max(80);
const settings = z.record(z.string(), z.unknown());
const ratePerMinute = z.number().int().min(1).max(60_000).describe("Calls in any 60 seconds");
const concurrency = z.number().int().min(1).max(50).describe("Members pushed at the same time");

export const destinationCreate = z.object({
  kind: z.string().min(1).max(40),
  name,
  settings: settings.describe("The kind’s settings and secrets, as destination-kinds describes them"),
  ratePerMinute: ratePerMinute.optional(),
  concurrency: concurrency.optional(),
});
export const destinationPatch = z
  .object({
    name,
    settings: settings.describe("Only what changes; what is left out, secrets too, stays as it is stored"),
    ratePerMinute,
    concurrency,
  })
  .partial();
export const destinationDelete = z.object({
  name: z.string().describe("The destination’s name, typed by the person who deletes it"),
});
export const destinationGone = z.object({ id, targets: z.number().describe("Members it was linked to") });
export const rotateSecret = z.object({
  overlapHours: z.number().min(0).max(720).default(24).describe("How long the old secret signs as well"),
});

const jsonSchema = z.record(z.string(), z.unknown());
export const destinationKind = z.object({
  kind: z.string(),
  label: z.string(),
  settingsSchema: jsonSchema.describe("JSON Schema of what a person sends, without secrets"),
  secretsSchema: jsonSchema.describe("JSON Schema of its secrets, sent in the same object"),
  secretNames: z.array(z.string()),
  madeSecrets: z.array(z.string()).describe("Made by Rollcall and shown once when the person brings none"),
  canRotate: z.boolean(),
  defaults: z.object({ ratePerMinute: z.number(), concurrency: z.number() }),
  eventSchema: jsonSchema.nullable().describe("JSON Schema of what is posted; null where nothing is"),
});
export const destinationKinds = z.object({ items: z.array(destinationKind), nextCursor: z.null() });

export type Destination = z.infer<typeof destination>;
export type DestinationHealth = z.infer<typeof destinationHealth>;
export type DestinationMade = z.infer<typeof destinationMade>;
export type DestinationCreate = z.infer<typeof destinationCreate>;
export type DestinationPatch = z.infer<typeof destinationPatch>;
export type DestinationKindJson = z.infer<typeof destinationKind>;
export type SiteTest = z.infer<typeof siteTest>;
