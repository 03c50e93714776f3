import type { Flood } from "#lib/api/flood-shapes.ts";
import type { GlyphName } from "../status/outcomes.ts";
import { count, counted, duration } from "../time/durations.ts";
import { clock, dayOf, shortWhen } from "../time/zoned.ts";

/** What has not run yet. */
export const toGo = ({ counts }: Flood): number => counts.waiting + counts.running + counts.held;

/** Nothing of it is left to do, whether or not it was closed yet: more may still join one that takes. */
export const isDone = (flood: Flood): boolean =>
  (flood.state === "done" || flood.state === "pacing" || flood.state === "draining") &&
  toGo(flood) === 0 &&
  flood.counts.done + flood.counts.failed + flood.counts.dropped > 0;

/** A batch that still collects: nothing of it runs before its moment. */
export const isCollecting = (flood: Flood, nowMs: number): boolean =>
  flood.state === "pacing" &&
  toGo(flood) > 0 &&
  flood.startsAt !== null &&
  Date.parse(flood.startsAt) > nowMs;

/** "a flood from Oakline" */
export const floodName = ({ kind, connectionName }: Flood): string =>
  `a ${kind} from ${connectionName ?? "a removed connection"}`;

/** What the flood is and how it stands, as a title without a full stop. */
export function floodTitle(flood: Flood, nowMs: number): string {
  const { state, counts, deliveries } = flood;
  const all = counted(deliveries, "webhook");
  const name = floodName(flood);
  if (isCollecting(flood, nowMs)) return `${all} collected: ${name}`;
  if (isDone(flood)) return `${all} worked off: ${name}`;
  if (state === "held")
    return `${counts.held < deliveries ? `${count(counts.held)} of ${all}` : all} held: ${name}`;
  if (state === "dropped") return `${counted(counts.dropped, "webhook")} dropped: ${name}`;
  return state === "pacing" ? `${all} paced: ${name}` : `${counted(toGo(flood), "webhook")} to go: ${name}`;
}

/** How many contacts in which time, and that nothing is lost. */
export function floodLead(flood: Flood, nowMs: number, zone: string): string {
  const { openedAt, lastAt, state, counts } = flood;
  const from = shortWhen(openedAt, nowMs, zone);
  const until =
    dayOf(openedAt, zone) === dayOf(lastAt, zone) ? clock(lastAt, zone) : shortWhen(lastAt, nowMs, zone);
  const span = from === until ? `at ${from}` : `${from} to ${until}`;
  const who = `${counted(flood.contacts, "contact")}, ${span}.`;
  if (isDone(flood))
    return `${who} ${counts.failed === 0 ? "None was lost." : "What failed says why in the log."}`;
  if (state === "dropped") return `${who} They stay in the log, and each can be retried.`;
  return `${who} None is lost${state === "held" ? "" : "; other webhooks go first"}.`;
}

/** "1,130 done, 12 failed, 3,040 to go"; what had started when it was held still runs. */
export function progressWords(flood: Flood): string {
  const { counts, state } = flood;
  const left = state === "held" ? counts.held + counts.waiting : toGo(flood);
  return [
    `${count(counts.done)} done`,
    counts.failed > 0 ? `${count(counts.failed)} failed` : null,
    counts.dropped > 0 ? `${count(counts.dropped)} dropped` : null,
    state === "held" && counts.running > 0 ? `${count(counts.running)} still running` : null,
    left > 0 ? `${count(left)} ${state === "held" ? "held" : "to go"}` : null,
  ]
    .filter(Boolean)
    .join(", ");
}

/** How fast it is worked off and whose limit that is. */
export function paceWords(flood: Flood): string {
  const { callsPerSecond, callsPerMinute, callsLeft, callsLeftToday, contactsPerSecond } = flood;
  if (callsLeftToday !== null && callsLeft > callsLeftToday)
    return `${counted(callsLeftToday, "call")} left of today’s limit, the rest after 00:00 UTC`;
  const calls =
    callsPerMinute !== null && callsPerMinute < callsPerSecond * 60
      ? `${counted(callsPerMinute, "call")} a minute`
      : `${counted(callsPerSecond, "call")} a second`;
  const limit = `${calls}, the pace set for ${flood.connectionName ?? "it"}`;
  if (contactsPerSecond === null || contactsPerSecond === 0) return limit;
  return `${speedWords(contactsPerSecond)}, within ${limit}`;
}

/** A slow flood is told by the minute, so that it never reads as none. */
function speedWords(perSecond: number): string {
  if (perSecond < 1) return `${counted(Math.max(1, Math.round(perSecond * 60)), "contact")} a minute`;
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))} contacts a second`;
}

/** "at about 14:47", or "in less than a minute". */
function about(seconds: number, nowMs: number, zone: string): string {
  if (seconds < 60) return "in less than a minute";
  const at = shortWhen(new Date(nowMs + seconds * 1000).toISOString(), nowMs, zone);
  return `at about ${at.replace(/^(\d\d:\d\d):\d\d$/, "$1")}`;
}

/** When a batch that still collects starts; null otherwise. */
export const startWords = (flood: Flood, nowMs: number, zone: string): string | null =>
  flood.startsAt && isCollecting(flood, nowMs)
    ? `starts ${about((Date.parse(flood.startsAt) - nowMs) / 1000, nowMs, zone)}`
    : null;

/** "done at about 14:47"; null where no end can be told. */
export function endWords(flood: Flood, nowMs: number, zone: string): string | null {
  const { etaSeconds, closedAt, openedAt } = flood;
  if (closedAt === null && isDone(flood)) return null;
  if (closedAt)
    return `${flood.state === "dropped" ? "dropped" : "done"} ${shortWhen(closedAt, nowMs, zone)}, after ${duration(Math.max(1000, Date.parse(closedAt) - Date.parse(openedAt)))}`;
  return etaSeconds === null ? null : `done ${about(etaSeconds, nowMs, zone)}`;
}

/** What stands against it now, where something does: the CRM failed, or a batch still collects. */
export function floodTrouble(flood: Flood, nowMs: number, zone: string): string | null {
  const { pausedUntil, state } = flood;
  if (pausedUntil === null || isDone(flood) || state === "held" || Date.parse(pausedUntil) <= nowMs)
    return null;
  return `${flood.kindLabel ?? "The CRM"} failed a whole batch. The next one starts at ${clock(pausedUntil, zone)}.`;
}

const choiceWords = { hold: "Held", release: "Released", drop: "Dropped" } as const;

/** What of a day's count is a flood, as a sentence: it is counted apart, and how far it is. */
export function apartWords(flood: Flood, nowMs: number, zone: string): string {
  const name = floodName(flood).replace(/^a/, "A");
  if (isDone(flood))
    return `${name} is counted apart: ${flood.deliveries === 1 ? "its one webhook is" : `all ${count(flood.deliveries)} are`} worked off.`;
  const left = `${count(toGo(flood))} of ${count(flood.deliveries)} to go`;
  if (flood.state === "held") return `${name} is counted apart: ${left}, held until someone releases it.`;
  const end = startWords(flood, nowMs, zone) ?? endWords(flood, nowMs, zone);
  return `${name} is counted apart: ${left}, at the pace the CRM can take${end ? `, ${end}` : ""}.`;
}

/** Who decided what, and why. */
export function decisionWords(flood: Flood, nowMs: number, zone: string): string | null {
  const { decision } = flood;
  if (!decision || (decision.choice !== "drop" && isDone(flood))) return null;
  const who = decision.by === null ? "by itself, as the connection is set" : `by ${decision.by}`;
  const why = decision.reason ? `: “${decision.reason}”` : "";
  return `${choiceWords[decision.choice]} ${who}, ${shortWhen(decision.at, nowMs, zone)}${why}`;
}

/** How it stands, in a word. */
export function stateWord(flood: Flood, nowMs: number): string {
  if (isDone(flood)) return "Done";
  if (isCollecting(flood, nowMs)) return "Collecting";
  return { pacing: "Paced", held: "Held", draining: "Draining", done: "Done", dropped: "Dropped" }[
    flood.state
  ];
}

/** The picture of how it stands. */
export function floodGlyph(flood: Flood): GlyphName {
  if (flood.state === "dropped") return "filtered";
  if (isDone(flood)) return flood.counts.failed > 0 ? "partly_synced" : "synced";
  return flood.state === "held" ? "held" : "running";
}
