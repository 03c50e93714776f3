import { z } from "zod";
import { reasonCodes } from "../reasons.ts";
import { hops, modes, statuses } from "../words.ts";
import { id, time } from "./common-shapes.ts";
import { deliveryCounts } from "./delivery-shapes.ts";
import { flood } from "./flood-shapes.ts";

export const overview = z.object({
  counts: deliveryCounts,
  floods: z
    .object({
      total: z.number(),
      byStatus: z.record(z.enum(statuses), z.number()),
      open: z.array(flood).describe("Those with work left"),
    })
    .describe("What of `counts` is part of floods and batches; the line and the sync times are without them"),
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
      contactUrl: z
        .string()
        .nullable()
        .describe("The one contact in the CRM, where something is to be mended there"),
      keyName: z.string().nullable().describe("The key with which unreadable ones came"),
      remoteAddress: z.string().nullable().describe("Who called last with a key that there is not"),
      destination: z
        .object({
          id,
          name: z.string(),
          state: z.enum(["active", "paused", "stopped"]),
          help: z
            .enum(["retry", "resume"])
            .describe("The one action that helps, once what is wrong is mended"),
        })
        .nullable()
        .describe("Where the members are not right; null for causes before the sites"),
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

export type Overview = z.infer<typeof overview>;
