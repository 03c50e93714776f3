import type { Status } from "#lib/words.ts";

/** The colour family of an outcome; `go` is under way, `idle` needs nobody. */
export type Family = "ok" | "go" | "wait" | "bad" | "idle";

/** Every outline a glyph can have: the outcomes, and the states that are not outcomes. */
export type GlyphName = Status | "off" | "paused" | "warn" | "dot";

type Look = { word: string; family: Family; meaning: string };

/** The word, colour family and plain meaning of each outcome. */
export const outcomes: Record<Status, Look> = {
  queued: { word: "Queued", family: "go", meaning: "waits for its turn" },
  held: { word: "Held", family: "wait", meaning: "a person or flood control holds it" },
  running: { word: "Running", family: "go", meaning: "a worker has it now" },
  synced: { word: "Synced", family: "ok", meaning: "the member is up to date" },
  partly_synced: { word: "Partly synced", family: "wait", meaning: "the member is right, a site is not" },
  failed: { word: "Failed", family: "bad", meaning: "tries again by itself" },
  dead: { word: "Gave up", family: "bad", meaning: "waits for a person" },
  skipped: { word: "Skipped", family: "idle", meaning: "nothing was to do" },
  duplicate: { word: "Duplicate", family: "idle", meaning: "one run covers both" },
  filtered: { word: "Filtered", family: "idle", meaning: "mode, event or list" },
  rejected: { word: "Rejected", family: "bad", meaning: "turned away at the door" },
  unreadable: { word: "Unreadable", family: "bad", meaning: "could not be understood" },
};

/** The closed set of outcomes, in the order filters list them. */
export const statusNames = Object.keys(outcomes) as [Status, ...Status[]];

const glyphFamilies: Record<"off" | "paused" | "warn" | "dot", Family> = {
  off: "idle",
  paused: "idle",
  warn: "wait",
  dot: "idle",
};

/** The family a glyph is drawn in when nothing else is said. */
export const familyOf = (name: GlyphName): Family =>
  Object.hasOwn(outcomes, name) ? outcomes[name as Status].family : glyphFamilies[name as "off"];

/** The text colour class of a family. */
export const inkOf: Record<Family, string> = {
  ok: "text-ok-ink",
  go: "text-accent",
  wait: "text-wait-ink",
  bad: "text-bad-ink",
  idle: "text-idle-ink",
};

/** The four groups of every chart, in drawing order from the ground up. */
export const chartGroups = [
  { key: "synced", word: "Synced", fill: "bg-ok-fill", statuses: ["synced"] },
  {
    key: "nothing",
    word: "Nothing to do",
    fill: "bg-idle-fill",
    statuses: ["skipped", "duplicate", "filtered"],
  },
  {
    key: "waiting",
    word: "Waiting or partly",
    fill: "bg-wait-fill hatch",
    statuses: ["queued", "running", "held", "partly_synced"],
  },
  {
    key: "failed",
    word: "Failed or refused",
    fill: "bg-bad-fill",
    statuses: ["failed", "dead", "rejected", "unreadable"],
  },
] as const satisfies readonly { key: string; word: string; fill: string; statuses: readonly Status[] }[];

export type ChartGroup = (typeof chartGroups)[number]["key"];
