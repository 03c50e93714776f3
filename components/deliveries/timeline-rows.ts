import type { DeliveryDetail, DeliveryStep } from "#lib/api/delivery-shapes.ts";
import { hopName, hopNames } from "../status/hop-places.ts";
import type { GlyphName } from "../status/outcomes.ts";
import { bytes, counted, duration, fineDuration, fromNow } from "../time/durations.ts";
import { clock } from "../time/zoned.ts";

/** One line of a waterfall: `left` and `width` are shares (0 to 1) of its own clock. */
export type FallRow = {
  key: string;
  glyph: GlyphName;
  title: string;
  detail: string | null;
  tone: "done" | "bad" | "next" | "off";
  bar: { left: number; width: number } | null;
  ms: string;
};

export type Waterfall = { rows: FallRow[]; scale: string };

const stepGlyphs: Record<DeliveryStep["status"], GlyphName> = {
  done: "dot",
  warn: "warn",
  failed: "failed",
  skipped: "skipped",
  running: "running",
  waiting: "queued",
};

const titled = (name: string) => {
  const words = name.replaceAll("_", " ");
  return `${words[0]?.toUpperCase() ?? ""}${words.slice(1)}`;
};

/** The next round number of milliseconds, seconds, minutes or hours at or above `ms`. */
export function roundUp(ms: number): number {
  const rounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000].concat(
    [1, 2, 5, 10, 20, 30, 60, 120, 360, 720, 1_440, 2_880, 10_080].map((minutes) => minutes * 60_000),
  );
  return rounds.find((round) => round >= ms) ?? ms;
}

const scaleWords = (ms: number) => `0 – ${duration(ms).replace(".0 s", " s")}`;

/** What happened while the CRM waited. The steps follow one another, so each bar begins where the last one ended. */
export function doorFall(delivery: DeliveryDetail): Waterfall {
  const steps = delivery.steps.filter((step) => step.hop === "door");
  const whole = roundUp(
    Math.max(
      1,
      steps.reduce((sum, step) => sum + step.ms, 0),
    ),
  );
  let passed = 0;
  const rows = steps.map((step, index): FallRow => {
    const left = passed / whole;
    passed += step.ms;
    const failed = step.status === "failed";
    return {
      key: `${step.name}-${index}`,
      glyph: isAnswer(step) && !failed && !isRefused(delivery) ? "synced" : stepGlyphs[step.status],
      title: titled(step.name),
      detail: doorDetail(step, delivery),
      tone: failed ? "bad" : "done",
      bar: { left, width: step.ms / whole },
      ms: fineDuration(step.ms),
    };
  });
  return { rows, scale: scaleWords(whole) };
}

function doorDetail(step: DeliveryStep, delivery: DeliveryDetail): string | null {
  if (step.sentence) return step.sentence;
  switch (step.name.toLowerCase()) {
    case "received":
      return `${delivery.request.method}, ${bytes(delivery.request.bodyBytes)} from ${delivery.remoteAddress}`;
    case "recorded":
      if (delivery.sharedCommit === null) return step.detail;
      return delivery.sharedCommit > 1
        ? `on disk, with ${counted(delivery.sharedCommit - 1, "other")} in one commit`
        : "on disk, in a commit of its own";
    case "answered": {
      const answer = step.detail ?? (isRefused(delivery) ? "turned away" : "200 accepted");
      return delivery.ackMs === null ? answer : `${answer}, ${fineDuration(delivery.ackMs)} after arrival`;
    }
    default:
      return step.detail;
  }
}

const isAnswer = ({ name }: DeliveryStep): boolean => name.toLowerCase() === "answered";
const isRefused = ({ status }: DeliveryDetail): boolean => status === "rejected" || status === "unreadable";

/** What came after the answer, on a clock of its own: every try, the next one, and the hops not reached. */
export function workerFall(delivery: DeliveryDetail, nowMs: number, zone: string): Waterfall {
  const steps = delivery.steps.filter((step) => step.hop !== "door");
  const start = Math.min(...steps.map((step) => Date.parse(step.startedAt)), nowMs);
  const next = delivery.status === "failed" ? delivery.nextRetryAt : null;
  const ends = steps.map((step) => Date.parse(step.startedAt) + step.ms);
  const end = Math.max(start + 1, ...ends, next ? Date.parse(next) : 0);
  const whole = roundUp(end - start);
  const tries = new Set(steps.map((step) => step.attempt).filter((attempt) => attempt !== null)).size;
  const lastDone = delivery.status === "synced" ? steps.findLastIndex((step) => step.status === "done") : -1;
  const rows = steps.map((step, index): FallRow => {
    const failed = step.status === "failed";
    const name = step.hop === "sites" ? siteTitle(step) : failed ? hopName(step.hop) : titled(step.name);
    const isDue = step.status === "waiting" && Date.parse(step.startedAt) > nowMs;
    return {
      key: `${step.name}-${index}`,
      glyph: index === lastDone ? "synced" : stepGlyphs[step.status],
      title: step.attempt !== null && tries > 1 ? `${name}, try ${step.attempt}` : name,
      detail: isDue
        ? `tried again at ${clock(step.startedAt, zone)}, ${fromNow(step.startedAt, nowMs)}`
        : step.sentence
          ? shortened(step.sentence)
          : step.detail,
      tone: failed ? "bad" : isDue ? "next" : "done",
      bar: { left: (Date.parse(step.startedAt) - start) / whole, width: step.ms / whole },
      ms: step.status === "running" || step.status === "waiting" ? "…" : duration(step.ms),
    };
  });
  if (next)
    rows.push({
      key: "next",
      glyph: "queued",
      title: `${hopName(delivery.hop)}, try ${delivery.attempts + 1} of ${delivery.maxAttempts}`,
      detail:
        Date.parse(next) > nowMs
          ? `at ${clock(next, zone)}, ${fromNow(next, nowMs)}`
          : `due since ${clock(next, zone)}`,
      tone: "next",
      bar: { left: Math.min(0.95, (Date.parse(next) - start) / whole), width: 0.05 },
      ms: "next",
    });
  return { rows: [...rows, ...unreached(delivery)], scale: scaleWords(whole) };
}

/** A sentence without the hop in front, which the row's title names already. */
const shortened = (sentence: string) =>
  sentence.replace(/^(Stopped|Waits) at [^:]+: /, "").replace(/\.$/, "");

/** A step's name is `pushed to` and the destination's own name, which is kept as it is. */
function siteTitle({ name, status }: DeliveryStep): string {
  const site = name.replace(/^pushed to /, "");
  if (status === "failed") return `Not pushed to ${site}`;
  if (status === "running" || status === "waiting") return `Push to ${site}`;
  return status === "skipped" ? `Left out of ${site}` : `Pushed to ${site}`;
}

function unreached(delivery: DeliveryDetail): FallRow[] {
  const at = hopNames.findIndex((place) => place.hop === delivery.hop);
  const goesOn = !["synced", "skipped", "duplicate", "filtered"].includes(delivery.status);
  const isAtSites = delivery.steps.some((step) => step.hop === "sites");
  return hopNames.slice(at + 1).flatMap(({ hop, name }): FallRow[] => {
    if (hop === "sites" && isAtSites) return [];
    if (hop === "sites" && !goesOn) return [off(hop, name, "not needed: no site had to be told")];
    if (!goesOn) return [];
    return [off(hop, name, hop === "member" ? "not reached, nothing changed" : "not reached")];
  });
}

const off = (key: string, title: string, detail: string): FallRow => ({
  key,
  glyph: "off",
  title,
  detail,
  tone: "off",
  bar: null,
  ms: "",
});
