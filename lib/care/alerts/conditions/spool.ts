import os from "node:os";
import type { SpoolState } from "../../../door/overflow.ts";
import { type Condition, counted, roughly } from "../condition.ts";

/** From this share of its room on, the spool is filling. */
const fillingShare = 0.5;

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;

/** What is wrong with the spool of this process's door: it is in use, and it is filling. */
export function spoolConditions(spool: SpoolState | null): Condition[] {
  if (!spool || spool.since === null) return [];
  const place = `${os.hostname()} ${process.pid}`;
  const shared = { kind: "spool" as const, connectionId: null, level: "bad" as const };
  const text = { path: "/", action: "Open the overview" };
  const used: Condition = {
    ...shared,
    key: `spool:${place}`,
    text: {
      ...text,
      title: `The database has not taken webhooks for ${roughly(Date.now() - spool.since)}. The door on ${os.hostname()} keeps them on its disk.`,
      safe: `Nothing is lost: ${counted(spool.deliveries, "webhook")} ${spool.deliveries === 1 ? "lies" : "lie"} safe on disk and ${spool.deliveries === 1 ? "is" : "are"} stored when the database is back.`,
      remedy: "Look why PostgreSQL does not answer or is slow: its log, its disk, its connections.",
    },
  };
  if (spool.bytes < spool.maxBytes * fillingShare) return [used];
  const filling: Condition = {
    ...shared,
    key: `spool_filling:${place}`,
    text: {
      ...text,
      title: `The disk space for webhooks on ${os.hostname()} is filling: ${megabytes(spool.bytes)} of ${megabytes(spool.maxBytes)}.`,
      safe: "What lies on disk is safe. When the space is used up, webhooks are turned away with 503.",
      remedy: "Bring the database back. More room until then: SPOOL_MAX_MB, and start again.",
    },
  };
  return [used, filling];
}
