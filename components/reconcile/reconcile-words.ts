import type { Audit, Drift, Sweep } from "#lib/api/reconcile-shapes.ts";
import type { GlyphName } from "../status/outcomes.ts";
import { count, counted } from "../time/durations.ts";

/** Why a sweep ran, behind its time. */
export const causeWords: Record<Sweep["cause"], string> = {
  schedule: "on schedule",
  person: "asked for by a person",
  door_down: "because Rollcall was down",
  door_stalled: "because Rollcall stood still",
  spool_used: "because the database was away",
  webhook_missing: "because the webhook was gone",
  webhook_off: "because the webhook was off",
};

type Told = { glyph: GlyphName; title: string };

/** What a sweep found, in a few words. */
export function sweepTold(sweep: Sweep, crm: string): Told {
  if (sweep.state === "running")
    return { glyph: sweep.reason ? "warn" : "running", title: `Asking ${crm} what changed` };
  if (sweep.state === "failed") return { glyph: "dead", title: "The last sweep gave up" };
  if (sweep.drifted === 0) return { glyph: "synced", title: "Nothing was missed" };
  if (sweep.waiting > 0)
    return { glyph: "running", title: `Putting ${counted(sweep.waiting, "member")} right` };
  if (sweep.fixed === sweep.drifted)
    return { glyph: "synced", title: `${counted(sweep.fixed, "member")} put right` };
  const left = sweep.drifted - sweep.fixed;
  return {
    glyph: "warn",
    title: `${counted(left, "member")} ${left === 1 ? "differs" : "differ"} from ${crm}`,
  };
}

/** What an audit found, in a few words; `waits` is whether any difference still waits for a person. */
export function auditTold(audit: Audit, crm: string, waits: boolean): Told {
  if (audit.state === "running")
    return { glyph: audit.reason ? "warn" : "running", title: "Reading every member’s contact again" };
  if (audit.state === "failed") return { glyph: "dead", title: "The audit gave up" };
  const found = [
    audit.drifted > 0 && `${count(audit.drifted)} differed from ${crm}`,
    audit.gone > 0 && `${counted(audit.gone, "contact")} ${audit.gone === 1 ? "was" : "were"} gone`,
    audit.unread > 0 && `${count(audit.unread)} could not be read`,
  ].filter((part) => part !== false);
  const title =
    found.length > 0 ? found.join(", ") : `${counted(audit.checked, "member")} agreed with ${crm}`;
  if (audit.state === "aborted")
    return {
      glyph: "paused",
      title: `Stopped after ${count(audit.checked)} of ${count(audit.total)}${found.length > 0 ? `: ${title}` : ""}`,
    };
  return { glyph: found.length > 0 && waits ? "warn" : "synced", title };
}

/** What a row of the report is about; null where its changes say it. */
export function driftTitle(drift: Drift, crm: string): string | null {
  if (drift.kind === "gone") return `The contact is gone from ${crm}`;
  if (drift.kind === "moved") return `Contact ${drift.detail ?? ""} has this address now`;
  if (drift.kind === "unknown") return "A contact that is no member yet";
  if (drift.changes) return null;
  return drift.fixable ? "Changed, but could not be read" : "The contact cannot be read as a member";
}

/** The state of a row, as its glyph and word. */
export const stateOf = ({ state, kind }: Drift): { glyph: GlyphName; word: string } =>
  state === "open" && kind !== "differs" ? { glyph: "warn", word: kindWords[kind] } : driftStates[state];

const kindWords = { unknown: "No member", gone: "Gone", moved: "Moved" };
const driftStates: Record<Drift["state"], { glyph: GlyphName; word: string }> = {
  open: { glyph: "warn", word: "Differs" },
  queued: { glyph: "queued", word: "Waits for its sync" },
  running: { glyph: "running", word: "Being fixed" },
  fixed: { glyph: "synced", word: "Fixed" },
  failed: { glyph: "failed", word: "Fix failed" },
  settled: { glyph: "synced", word: "Settled meanwhile" },
  dismissed: { glyph: "skipped", word: "Dismissed" },
};
