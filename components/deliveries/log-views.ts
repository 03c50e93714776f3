import type { Status } from "#lib/words.ts";

/** Built-in views: a set of outcomes with a name. Switching keeps every other filter. */
export const logViews: readonly {
  name: string;
  statuses: readonly Status[];
  tone: "plain" | "wait" | "bad";
}[] = [
  { name: "All", statuses: [], tone: "plain" },
  { name: "Needs a person", statuses: ["dead", "rejected", "unreadable"], tone: "wait" },
  { name: "Failing now", statuses: ["failed"], tone: "bad" },
  { name: "Held", statuses: ["held"], tone: "plain" },
  { name: "Under way", statuses: ["queued", "running"], tone: "plain" },
  { name: "Nothing to do", statuses: ["skipped", "duplicate", "filtered"], tone: "plain" },
];

/** Whether a status filter is exactly this view. */
export const isView = (statuses: readonly Status[], chosen: readonly Status[] | null): boolean => {
  const asked = chosen ?? [];
  return asked.length === statuses.length && statuses.every((one) => asked.includes(one));
};

/** How many deliveries a view holds, from counts that were taken without a status filter. */
export const viewCount = (
  statuses: readonly Status[],
  byStatus: Partial<Record<Status, number>>,
  total: number,
) => (statuses.length === 0 ? total : statuses.reduce((sum, status) => sum + (byStatus[status] ?? 0), 0));
