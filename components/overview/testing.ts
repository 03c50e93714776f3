import type { Overview } from "#lib/api/overview-shapes.ts";
import { statusNames } from "../status/outcomes.ts";

/** The moment at which the tests of the overview look. */
export const now = Date.parse("2026-11-21T13:37:00Z");

/** A calm day, with what a test changes in it. */
export function overviewWith(change: Partial<Overview> & { total?: number } = {}): Overview {
  const { total = 1284, ...rest } = change;
  const byStatus = Object.fromEntries(
    statusNames.map((status) => [status, 0]),
  ) as Overview["counts"]["byStatus"];
  const at = new Date(now).toISOString();
  return {
    counts: { total, byStatus, stuck: 0, buckets: [], bucketSeconds: 900, from: at, to: at },
    floods: { total: 0, byStatus, open: [] },
    ack: { p50: 3, p99: 11 },
    sync: { p50: 1600, p99: 3900 },
    backlog: { waiting: 4, oldestDueSeconds: 2 },
    line: [],
    needsPerson: [],
    healing: { count: 0, nextRetryAt: null },
    connections: [],
    hasDeliveries: true,
    ...rest,
  };
}
