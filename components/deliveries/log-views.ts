import type { DeliveryCounts } from "#lib/api/delivery-shapes.ts";
import type { Status } from "#lib/words.ts";
import type { LogFilter } from "./log-filter.ts";

type View = {
  name: string;
  statuses: readonly Status[];
  /** `none` leaves out what is tried again by itself. */
  next?: "none";
  tone: "plain" | "wait" | "bad";
};

/** Built-in views: a set of outcomes with a name. Switching keeps every other filter. */
export const logViews: readonly View[] = [
  { name: "All", statuses: [], tone: "plain" },
  {
    name: "Needs a person",
    statuses: ["dead", "partly_synced", "rejected", "unreadable"],
    next: "none",
    tone: "wait",
  },
  { name: "Failing now", statuses: ["failed"], tone: "bad" },
  { name: "Partly synced", statuses: ["partly_synced"], tone: "wait" },
  { name: "Held", statuses: ["held"], tone: "plain" },
  { name: "Under way", statuses: ["queued", "running"], tone: "plain" },
  { name: "Nothing to do", statuses: ["skipped", "duplicate", "filtered"], tone: "plain" },
];

/** Whether a filter's outcomes are exactly this view. */
export const isView = ({ statuses, next }: View, filter: Pick<LogFilter, "status" | "next">) => {
  const asked = filter.status ?? [];
  const isSame = asked.length === statuses.length && statuses.every((one) => asked.includes(one));
  return isSame && (filter.next ?? undefined) === next;
};

/** The filter of a view; whatever else is set stays. */
export const filterOfView = ({ statuses, next }: View): Pick<LogFilter, "status" | "next"> => ({
  status: statuses.length > 0 ? [...statuses] : null,
  next: next ?? null,
});

/** How many deliveries a view holds, from counts that were taken without a filter by outcome. */
export function viewCount({ statuses, next }: View, counts: DeliveryCounts): number {
  if (statuses.length === 0) return counts.total;
  const all = statuses.reduce((sum, status) => sum + (counts.byStatus[status] ?? 0), 0);
  return next === "none" ? all - (counts.byStatus.partly_synced ?? 0) + counts.stuck : all;
}
