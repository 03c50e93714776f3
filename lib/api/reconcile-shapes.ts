import { z } from "zod";
import { reasonCodes } from "../reasons.ts";
import { id, page, time } from "./common-shapes.ts";
import { memberChanges } from "./delivery-shapes.ts";

const causes = [
  "schedule",
  "person",
  "door_down",
  "door_stalled",
  "spool_used",
  "webhook_missing",
  "webhook_off",
] as const;

export const sweep = z.object({
  id,
  connectionId: id,
  cause: z.enum(causes),
  actor: z.string().nullable(),
  fixes: z.boolean().describe("Whether differences are put right at once"),
  state: z.enum(["running", "done", "failed"]),
  since: time.describe("Contacts that changed after this moment of the CRM’s clock are asked for"),
  listed: z.number().describe("Contacts that the CRM listed as changed"),
  asked: z.number().describe("Those of members, compared with what was synced"),
  drifted: z.number().describe("Those that differed"),
  fixed: z.number().describe("Those that were put right since"),
  waiting: z.number().describe("Those that are being put right"),
  reason: z.enum(reasonCodes).nullable(),
  detail: z.string().nullable(),
  why: z.string().nullable().describe("The reason in a sentence, with what to do"),
  nextTryAt: time.nullable(),
  startedAt: time,
  finishedAt: time.nullable(),
});
export const sweeps = page(sweep);

export const audit = z.object({
  id,
  connectionId: id,
  actor: z.string(),
  state: z.enum(["running", "done", "failed", "aborted"]),
  total: z.number(),
  checked: z.number(),
  drifted: z.number().describe("Members that say something else than their contact"),
  gone: z.number().describe("Members whose contact is gone from the CRM"),
  unread: z.number().describe("Contacts that could not be read"),
  reason: z.enum(reasonCodes).nullable(),
  detail: z.string().nullable(),
  why: z.string().nullable().describe("The reason in a sentence, with what to do"),
  nextTryAt: time.nullable(),
  startedAt: time,
  finishedAt: time.nullable(),
});

export const reconciliation = z.object({
  setting: z.enum(["fix", "report", "off"]),
  minutes: z.number(),
  sweep: sweep.nullable().describe("The latest, running or ended"),
  requested: z.boolean().describe("A sweep is owed and has not begun"),
  nextAt: time.nullable(),
  audit: audit.nullable().describe("The latest"),
  open: z.number().describe("Differences that wait for a person"),
  members: z.number().describe("Members that an audit would read again"),
});

const driftStates = ["open", "queued", "running", "fixed", "failed", "settled", "dismissed"] as const;
export const drift = z.object({
  id,
  connectionId: id,
  contactId: z.string(),
  contactUrl: z.string().nullable(),
  email: z.string(),
  memberId: id.nullable(),
  memberName: z.string().nullable(),
  kind: z.enum(["differs", "unknown", "gone", "moved"]),
  changes: memberChanges.nullable().describe("What a fix changes, before and after"),
  foundBy: z.enum(["sweep", "audit"]),
  state: z.enum(driftStates),
  fixable: z.boolean(),
  reason: z.enum(reasonCodes).nullable(),
  detail: z.string().nullable(),
  why: z.string().nullable().describe("The reason in a sentence, with what to do"),
  foundAt: time,
  finishedAt: time.nullable(),
});
export const drifts = page(drift).extend({
  open: z.number().describe("Open ones of the whole connection"),
  fixable: z.number().describe("Those of them that can be fixed"),
});
export const driftQuery = z.object({
  connection: id,
  sweep: id.optional(),
  audit: id.optional(),
  state: z.enum(["unsettled", "settled", "all"]).default("unsettled"),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const fixesCreate = z.object({
  connectionId: id,
  driftIds: z.array(id).min(1).max(500).optional().describe("Absent: every open one that can be fixed"),
});
export const fixes = z.object({
  id,
  connectionId: id,
  total: z.number(),
  done: z.number(),
  failed: z.number(),
  waiting: z.number(),
  state: z.enum(["running", "done", "aborted"]),
  createdAt: time,
});

export type Sweep = z.infer<typeof sweep>;
export type Audit = z.infer<typeof audit>;
export type Reconciliation = z.infer<typeof reconciliation>;
export type Drift = z.infer<typeof drift>;
export type Drifts = z.infer<typeof drifts>;
export type DriftQuery = z.infer<typeof driftQuery>;
export type Fixes = z.infer<typeof fixes>;
export type FixesCreate = z.infer<typeof fixesCreate>;
