import type { Destination } from "#lib/api/destination-shapes.ts";
import type { MemberSite } from "#lib/api/push-shapes.ts";
import type { GlyphName } from "../status/outcomes.ts";
import { count, counted, roughDuration } from "../time/durations.ts";
import { shortWhen } from "../time/zoned.ts";

type Tone = "ok" | "go" | "wait" | "bad" | "idle";
export type Look = { glyph: GlyphName; tone: Tone; word: string };

/** Members that do not become right at a destination by themselves. */
export const needingPerson = ({ backlog }: Destination["health"]): number =>
  backlog.dead + backlog.refused + backlog.partial;

/** Members that are still owed to a destination and will be pushed by themselves. */
export const owed = ({ backlog }: Destination["health"]): number =>
  backlog.waiting + backlog.running + backlog.failed;

const known = ({ backlog }: Destination["health"]): number =>
  Object.values(backlog).reduce((sum, value) => sum + value, 0);

/** Whether the site answers, and says no to each call. */
const refuses = ({ breaker }: Destination["health"]): boolean => breaker.reason === "site_refused_call";

type Standing = Pick<Destination, "state" | "health" | "lastTest">;

/** What the last test found first, without what to do; null where it went well, or a push has worked since. */
export function failedTest({ lastTest, health: { lastPush } }: Standing): string | null {
  if (!lastTest || lastTest.ok) return null;
  const hasWorked = lastPush?.status === "done" || lastPush?.status === "unchanged";
  if (lastPush && hasWorked && lastPush.at > lastTest.at) return null;
  const detail = lastTest.checks.find(({ status }) => status === "failed")?.detail ?? "";
  return causeOf(/^.+?\.(?= |$)/.exec(detail)?.[0] ?? detail) || "the site did not take it";
}

/** How a destination stands, as a picture and a word. */
export function lookOf(destination: Standing): Look {
  const { state, health } = destination;
  if (state === "paused") return { glyph: "paused", tone: "idle", word: "Paused" };
  if (state === "stopped") return { glyph: "dead", tone: "bad", word: "Stopped" };
  if (health.breaker.state !== "closed")
    return { glyph: "failed", tone: "bad", word: refuses(health) ? "Refusing" : "Not answering" };
  if (failedTest(destination)) return { glyph: "failed", tone: "bad", word: "Test failed" };
  if (needingPerson(health) > 0) return { glyph: "partly_synced", tone: "wait", word: "Needs a person" };
  if (health.backlog.failed > 0) return { glyph: "failed", tone: "bad", word: "Failing" };
  if (owed(health) > 0) return { glyph: "running", tone: "go", word: "Pushing" };
  if (known(health) === 0) return { glyph: "off", tone: "idle", word: "Nobody yet" };
  return { glyph: "synced", tone: "ok", word: "Up to date" };
}

/** What a destination does that is sent nothing although nobody paused it, of one and of many, and whom that concerns. */
export type Halted = { name: string; verb: readonly [string, string]; members: number };

const haltedVerbs: Record<string, Halted["verb"]> = {
  Stopped: ["is stopped", "are stopped"],
  Refusing: ["refuses", "refuse"],
  "Not answering": ["does not answer", "do not answer"],
};

/** Destinations that are sent nothing although nobody paused them, in the words of their own state. */
export const haltedOf = (destinations: readonly Destination[]): Halted[] =>
  destinations.flatMap((one) => {
    const verb = haltedVerbs[lookOf(one).word];
    return verb ? { name: one.name, verb, members: owed(one.health) + needingPerson(one.health) } : [];
  });

const waits = (value: number, words = (many: number) => counted(many, "member")): string =>
  `${words(value)} ${value === 1 ? "waits" : "wait"}`;

/** "; 12 members wait." or an end. */
const andWaiting = (value: number): string => (value === 0 ? "; nobody waits." : `; ${waits(value)}.`);

/** The cause without the hop, which the page itself is. */
export const causeOf = (sentence: string): string =>
  sentence.replace(/^(Stopped|Waits) at Sites: /, "").replace(/\.$/, "");

/** The one sentence about a destination: how it stands, and how many members that concerns. */
export function stateSentence(destination: Destination, nowMs: number, zone: string): string {
  const { state, health } = destination;
  const { backlog, breaker, sentence, stateAt, stateBy } = health;
  const when = shortWhen(stateAt, nowMs, zone);
  const waiting = owed(health);
  if (state === "paused") return `Paused by ${stateBy ?? "a person"}, ${when}${andWaiting(waiting)}`;
  if (state === "stopped")
    return `Stopped: ${causeOf(sentence ?? "only a person can mend what is wrong")}${andWaiting(waiting)}`;
  if (breaker.state !== "closed")
    return `${capital(causeOf(breaker.sentence ?? `${destination.site} does not answer`))}${andWaiting(waiting)}`;
  const failed = failedTest(destination);
  if (failed) return `The last test failed: ${failed}${andWaiting(waiting)}`;
  const stuck = needingPerson(health);
  if (stuck > 0)
    return `${counted(stuck, "member")} ${stuck === 1 ? "needs" : "need"} a person; ${count(backlog.pushed)} ${backlog.pushed === 1 ? "is" : "are"} right${waiting > 0 ? ` and ${waits(waiting, count)}` : ""}.`;
  if (backlog.failed > 0)
    return `${counted(backlog.failed, "member")} failed and ${backlog.failed === 1 ? "is" : "are"} tried again by ${backlog.failed === 1 ? "itself" : "themselves"}.`;
  if (waiting > 0) return `Pushing: ${waits(waiting)}${until(health.pace.etaSeconds)}.`;
  if (backlog.pushed === 0) return "Nobody has been pushed yet.";
  return backlog.pushed === 1
    ? "The one member is right."
    : `All ${count(backlog.pushed)} members are right.`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const until = (seconds: number | null): string =>
  seconds === null || seconds === 0 ? "" : `, about ${roughDuration(seconds * 1_000)} to go`;

const memberLooks: Record<MemberSite["state"], Look> = {
  waiting: { glyph: "queued", tone: "go", word: "Waits" },
  running: { glyph: "running", tone: "go", word: "Being pushed" },
  failed: { glyph: "failed", tone: "bad", word: "Failed" },
  dead: { glyph: "dead", tone: "bad", word: "Gave up" },
  refused: { glyph: "rejected", tone: "bad", word: "Refused" },
  partial: { glyph: "partly_synced", tone: "wait", word: "Not with everything" },
  pushed: { glyph: "synced", tone: "ok", word: "Same as here" },
};

/** How one member stands at a destination; one that waits where the site is paused shows that instead. */
export function memberLook({ state, siteState }: Pick<MemberSite, "state" | "siteState">): Look {
  const isHeld = state === "waiting" && siteState !== "active";
  if (!isHeld) return memberLooks[state];
  return siteState === "paused"
    ? { glyph: "paused", tone: "idle", word: "Paused, a change waits" }
    : { glyph: "held", tone: "wait", word: "Stopped, a change waits" };
}
