import { z } from "zod";
import { retentionKinds } from "../care/retention-kinds.ts";
import { id, time } from "./common-shapes.ts";

export const retentionKind = z.enum(retentionKinds);

const days = z.number().int().min(1, "At least 1 day").max(3650, "At most 3,650 days").nullable();
const amount = z.object({ rows: z.number(), bytes: z.number().describe("About; indexes not counted") });
const amounts = z.partialRecord(retentionKind, amount);

export const retentionRules = z.object({ rules: z.partialRecord(retentionKind, days) });

export const retentionRun = z.object({
  id,
  actor: z.string().describe("Who asked for it, or `schedule`"),
  state: z.enum(["queued", "running", "done", "failed"]),
  removed: amounts,
  days: z.array(z.string()).describe("Whole days of webhooks that went at once"),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
});

export const retention = z.object({
  items: z.array(
    z.object({
      kind: retentionKind,
      days: z.number().nullable().describe("null: for ever; of contents, as long as their webhook"),
      defaultDays: z.number().nullable(),
    }),
  ),
  nextRunAt: time,
  runs: z.array(retentionRun).describe("The newest first"),
});

export const retentionPreview = z.object({ at: time, amounts });

export type Retention = z.infer<typeof retention>;
export type RetentionPreview = z.infer<typeof retentionPreview>;
export type RetentionRun = z.infer<typeof retentionRun>;
export type RetentionKind = z.infer<typeof retentionKind>;
