import type { Overview } from "#lib/api/overview-shapes.ts";
import type { Halted } from "../destinations/destination-words.ts";
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

type Trouble = { what: string; lead: string; webhooks: number };

/** How things are, from the worst news to the best. "Needs a person" counts causes, as everywhere. */
export function healthSentence(
  overview: Overview,
  nowMs: number,
  halted: readonly Halted[] = [],
): HealthSentence {
  const causes = overview.needsPerson.length;
  const total = calmTotal(overview);
  const link = causes === 0 ? null : `${count(causes)} ${causes === 1 ? "needs" : "need"} a person`;
  const arrived = `${counted(total, "webhook")} in 24 h`;
  const around = (start: string, lead: string | null): HealthSentence =>
    link
      ? { before: `${start}, `, link, after: ".", lead }
      : { before: `${start}.`, link: null, after: "", lead };

  const unread = unreadConnections(overview);
  if (overview.counts.total === 0 && !unread) return quiet(overview, nowMs, link);
  // The two that stop most webhooks, the worst first: one must not hide the other.
  const [worst, other] = [unread, behind(overview), haltedSites(halted)]
    .filter((one): one is Trouble => one !== null)
    .sort((a, b) => b.webhooks - a.webhooks);
  if (worst) return around(`${worst.what}${other ? `, and ${other.what}` : ""}. ${arrived}`, worst.lead);
  const silence = silenceMs(overview, nowMs);
  const lead =
    silence > quietAfterMs
      ? `No webhook for ${roughDuration(silence)}. The day before that was ${counted(total, "webhook")}.`
      : overview.healing.count > 0
        ? `${counted(overview.healing.count, "webhook")} failed on the way and ${overview.healing.count === 1 ? "heals" : "heal"} without you.`
        : null;
  return around(`All well. ${arrived}`, lead);
}

/** A connection that is in use stops all that comes for it; one that nothing called yet stops nothing. */
function unreadConnections({ connections }: Overview): Trouble | null {
  const refused = connections.filter(({ testOk }) => testOk === false);
  const used = refused.filter(({ lastDeliveryAt }) => lastDeliveryAt !== null);
  const named = used.length > 0 ? used : refused;
  const [first] = named;
  if (!first) return null;
  const one = named.length === 1;
  return {
    what: one ? `${first.name} cannot be read` : `${count(named.length)} connections cannot be read`,
    lead:
      used.length > 0
        ? `The last test of ${one ? first.name : "each"} failed. Webhooks are stored meanwhile; none is lost.`
        : `The last test of ${one ? first.name : "each"} failed. No webhook has come for ${one ? "it" : "them"} yet.`,
    webhooks: used.length > 0 ? Number.POSITIVE_INFINITY : 0,
  };
}

function behind(overview: Overview): Trouble | null {
  const slow = overview.backlog.oldestDueSeconds ?? 0;
  if (slow <= 60) return null;
  const waiting = calmWaiting(overview);
  return {
    what: "The worker is behind",
    lead: `${counted(waiting, "webhook")} ${waiting === 1 ? "waits" : "wait"}, the oldest for ${roughDuration(slow * 1000)}. None is lost; they run in order.`,
    webhooks: waiting,
  };
}

function haltedSites(halted: readonly Halted[]): Trouble | null {
  const [first] = halted;
  if (!first) return null;
  const alike = halted.every(({ verb }) => verb[1] === first.verb[1]);
  return {
    what:
      halted.length === 1
        ? `${first.name} ${first.verb[0]}`
        : `${count(halted.length)} destinations ${alike ? first.verb[1] : "get nothing now"}`,
    lead: "Members are right in Rollcall. What the sites are owed is kept, and goes there when they take it.",
    // Even one that nobody is owed yet is in use, and comes before what is not.
    webhooks: Math.max(
      1,
      halted.reduce((sum, { members }) => sum + members, 0),
    ),
  };
}

function silenceMs(overview: Overview, nowMs: number): number {
  const last = overview.connections.flatMap((one) =>
    one.lastDeliveryAt ? [Date.parse(one.lastDeliveryAt)] : [],
  );
  return last.length === 0 ? 0 : nowMs - Math.max(...last);
}

function quiet(overview: Overview, nowMs: number, link: string | null): HealthSentence {
  if (overview.connections.length === 0)
    return {
      before: link ? "No CRM is connected yet, and " : "No CRM is connected yet.",
      link,
      after: link ? "." : "",
      lead: "Connect one, and what its automations send shows here.",
    };
  const silence = silenceMs(overview, nowMs);
  const since = silence > 0 ? ` The last one came ${roughDuration(silence)} ago.` : "";
  const lead = `No webhook in 24 h.${since} Check that the automations in the CRM still call Rollcall.`;
  return link
    ? { before: "Nothing is arriving, and ", link, after: ".", lead }
    : { before: "Nothing is arriving.", link: null, after: "", lead };
}
