import type { Overview } from "#lib/api/overview-shapes.ts";
import { count, counted, roughDuration } from "../time/durations.ts";

/** The answer first: `before` and `after` stand around a link to what needs a person. */
export type HealthSentence = { before: string; link: string | null; after: string; lead: string | null };

const quietAfterMs = 60 * 60_000;

/** Webhooks of the day that are no part of a flood. */
export const calmTotal = ({ counts, floods }: Overview): number => counts.total - floods.total;

/** Webhooks that wait for a worker and are no part of a flood, which is worked off apart. */
export function calmWaiting({ backlog, floods }: Overview): number {
  const inFloods = floods.open.reduce((sum, { counts }) => sum + counts.waiting + counts.running, 0);
  return Math.max(0, backlog.waiting - inFloods);
}

/** How things are, from the worst news to the best. "Needs a person" counts causes, as everywhere. */
export function healthSentence(
  overview: Overview,
  nowMs: number,
  /** Destinations that take nothing now, each as "Forum is stopped". */
  halted: readonly string[] = [],
): HealthSentence {
  const causes = overview.needsPerson.length;
  const total = calmTotal(overview);
  const link = causes === 0 ? null : `${count(causes)} ${causes === 1 ? "needs" : "need"} a person`;
  const arrived = `${counted(total, "webhook")} in 24 h`;
  const tail = link ? { link, after: "." } : { link: null, after: "" };
  const around = (start: string, lead: string | null): HealthSentence =>
    link ? { before: `${start}, `, ...tail, lead } : { before: `${start}.`, ...tail, lead };

  const slow = overview.backlog.oldestDueSeconds ?? 0;
  const refused = overview.connections.filter((connection) => connection.testOk === false);
  const [first] = refused;
  if (first)
    return around(
      `${first.name} cannot be read. ${arrived}`,
      `The last test of ${first.name} failed. Webhooks are stored meanwhile; none is lost.`,
    );
  if (overview.counts.total === 0) return quiet(overview, nowMs, link);
  if (slow > 60)
    return around(
      `The worker is behind. ${arrived}`,
      `${counted(calmWaiting(overview), "webhook")} ${calmWaiting(overview) === 1 ? "waits" : "wait"}, the oldest for ${roughDuration(slow * 1000)}. None is lost; they run in order.`,
    );
  const [halt] = halted;
  if (halt)
    return around(
      `${halted.length === 1 ? halt : `${count(halted.length)} destinations take nothing`}. ${arrived}`,
      "Members are right in Rollcall. What the sites are owed is kept, and goes there when they take it.",
    );
  const silence = silenceMs(overview, nowMs);
  const lead =
    silence > quietAfterMs
      ? `No webhook for ${roughDuration(silence)}. The day before that was ${counted(total, "webhook")}.`
      : overview.healing.count > 0
        ? `${counted(overview.healing.count, "webhook")} failed on the way and ${overview.healing.count === 1 ? "heals" : "heal"} without you.`
        : null;
  return around(`All well. ${arrived}`, lead);
}

function silenceMs(overview: Overview, nowMs: number): number {
  const last = overview.connections.flatMap((one) =>
    one.lastDeliveryAt ? [Date.parse(one.lastDeliveryAt)] : [],
  );
  return last.length === 0 ? 0 : nowMs - Math.max(...last);
}

function quiet(overview: Overview, nowMs: number, link: string | null): HealthSentence {
  const silence = silenceMs(overview, nowMs);
  const since = silence > 0 ? ` The last one came ${roughDuration(silence)} ago.` : "";
  const lead = `No webhook in 24 h.${since} Check that the automations in the CRM still call Rollcall.`;
  return link
    ? { before: "Nothing is arriving, and ", link, after: ".", lead }
    : { before: "Nothing is arriving.", link: null, after: "", lead };
}
