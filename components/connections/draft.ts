import type { Connection, ConnectionPatch } from "#lib/api/connection-shapes.ts";

const settings = [
  "mode",
  "events",
  "sources",
  "listId",
  "createOnEvent",
  "fieldMap",
  "returnPasswordField",
  "defaultRole",
  "callsPerSecond",
  "callsPerMinute",
  "callsPerDay",
  "quietMs",
  "maxWaitMs",
  "floodPerMinute",
  "floodHold",
  "batchDelaySeconds",
  "reconcile",
  "reconcileMinutes",
] as const;

/** The settings of a connection that a person can change on its page. */
export type Draft = Pick<Connection, (typeof settings)[number]>;

/** Some settings of a connection; `names` are all that the result has. */
const pick = (from: Draft, names: readonly (typeof settings)[number][]) =>
  Object.fromEntries(names.map((name) => [name, from[name]]));

/** The saved settings, as a draft that changes nothing. */
export const draftOf = (connection: Connection): Draft =>
  // fromEntries forgets the names, which are all of a draft's.
  pick(connection, settings) as Draft;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const sameSet = (a: readonly string[], b: readonly string[]): boolean => same([...a].sort(), [...b].sort());

/** What the draft changes; null when it changes nothing. */
export function patchOf(saved: Connection, draft: Draft): ConnectionPatch | null {
  const changed = settings.filter((name) =>
    name === "events" || name === "sources"
      ? !sameSet(saved[name], draft[name])
      : !same(saved[name], draft[name]),
  );
  return changed.length === 0 ? null : pick(draft, changed);
}

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

type Consequence = { sentence: string; action: string; blocked: string | null };
const blockedBy = (blocked: string): Consequence => ({ sentence: "", action: "Save", blocked });
const after = (sentence: string, action: string): Consequence => ({ sentence, action, blocked: null });

/** What saving does outside Rollcall, in a sentence, and what the button says; `blocked` when it cannot be saved so. */
export function consequenceOf(saved: Connection, draft: Draft): Consequence {
  const crm = saved.kindLabel;
  const what = `${counted(draft.events.length, "event")}, ${counted(draft.sources.length, "source")}`;
  if (draft.mode === "event" && (draft.events.length === 0 || draft.sources.length === 0))
    return blockedBy("Tick at least one event and one of Started by.");
  if (draft.callsPerSecond < 1) return blockedBy("Allow at least one call a second.");
  if (draft.floodPerMinute < 1) return blockedBy("Say how many webhooks a minute are a flood.");
  if (draft.mode === "event" && saved.mode === "automation")
    return after(`Saving registers 1 webhook in ${crm}: ${what}.`, "Save and register");
  if (draft.mode === "automation" && saved.mode === "event")
    return after(`Saving takes Rollcall’s webhook out of ${crm}.`, "Save and take out");
  const moved =
    !sameSet(saved.events, draft.events) ||
    !sameSet(saved.sources, draft.sources) ||
    saved.listId !== draft.listId;
  if (draft.mode === "event" && moved)
    return after(`Saving changes Rollcall’s webhook in ${crm}: ${what}.`, "Save and update");
  return after(`Nothing changes in ${crm}. The next sync uses it.`, "Save");
}
