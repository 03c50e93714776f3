import type { Overview } from "#lib/api/overview-shapes.ts";
import { toGo } from "../floods/flood-words.ts";
import { count, roughDuration } from "../time/durations.ts";
import { clock } from "../time/zoned.ts";
import { calmWaiting } from "./health-sentence.ts";

/** What is not done: what a worker takes next, what is tried again, what is held, and what floods have left. */
export function waitingWords(overview: Overview, zone: string) {
  const { backlog, counts, floods, healing } = overview;
  const now = calmWaiting(overview);
  const retrying = healing.count;
  const held = Math.max(0, (counts.byStatus.held ?? 0) - (floods.byStatus.held ?? 0));
  const open = floods.open.map(toGo).filter((left) => left > 0);
  const inFlood = open.reduce((sum, left) => sum + left, 0);
  const beside = [
    held > 0 && `${count(held)} held`,
    inFlood > 0 && `${count(inFlood)} of ${open.length > 1 ? "floods" : "a flood"}`,
  ].filter(Boolean);
  const apart = [
    retrying > 0 && (now > 0 ? `${count(retrying)} of them for another try` : "for another try"),
    beside.length > 0 && `and ${beside.join(", ")}`,
  ].filter(Boolean);
  const foot = (): string => {
    if (now > 0 && backlog.oldestDueSeconds !== null)
      return `Oldest due ${roughDuration(backlog.oldestDueSeconds * 1000)} ago`;
    if (retrying > 0 && healing.nextRetryAt) return `Next try at ${clock(healing.nextRetryAt, zone)}`;
    if (now + retrying > 0) return "None is due yet";
    return held + inFlood > 0 ? "Nothing beside that" : "Everything is done";
  };
  return { now, retrying, held, inFlood, apart: apart.join(" "), foot: foot() };
}
