import type { Delivery } from "#lib/api/delivery-shapes.ts";
import type { Flood } from "#lib/api/flood-shapes.ts";

/** A row of the log: one delivery, or all of a flood. Ids begin with their moment, so their order is the log's. */
export type LogEntry =
  | { id: string; at: string; delivery: Delivery }
  | { id: string; at: string; flood: Flood };

/**
 * Deliveries with the floods among them, newest first. A flood stands where it began; one that began before the last
 * loaded delivery waits until that part is loaded (`hasMore`), one outside the range is left out.
 */
export function logEntries(
  deliveries: readonly Delivery[],
  floods: readonly Flood[],
  range: { from: string; to: string | null },
  hasMore: boolean,
): LogEntry[] {
  const last = deliveries.at(-1)?.id ?? "";
  const inRange = floods.filter(
    ({ id, openedAt }) =>
      Date.parse(openedAt) >= Date.parse(range.from) &&
      (range.to === null || Date.parse(openedAt) < Date.parse(range.to)) &&
      (!hasMore || id > last),
  );
  const rows: LogEntry[] = [
    ...deliveries.map((delivery) => ({ id: delivery.id, at: delivery.receivedAt, delivery })),
    ...inRange.map((flood) => ({ id: flood.id, at: flood.openedAt, flood })),
  ];
  return rows.sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
}
