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
] as const;

/** The settings of a connection that a person can change on its page. */
export type Draft = Pick<Connection, (typeof settings)[number]>;

/** The saved settings, as a draft that changes nothing. */
export const draftOf = ({
  mode,
  events,
  sources,
  listId,
  createOnEvent,
  fieldMap,
  returnPasswordField,
  defaultRole,
  callsPerSecond,
}: Connection): Draft => ({
  mode,
  events,
  sources,
  listId,
  createOnEvent,
  fieldMap,
  returnPasswordField,
  defaultRole,
  callsPerSecond,
});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const sameSet = (a: readonly string[], b: readonly string[]): boolean => same([...a].sort(), [...b].sort());

/** What the draft changes; null when it changes nothing. */
export function patchOf(saved: Connection, draft: Draft): ConnectionPatch | null {
  const changed = settings.filter((name) =>
    name === "events" || name === "sources"
      ? !sameSet(saved[name], draft[name])
      : !same(saved[name], draft[name]),
  );
  if (changed.length === 0) return null;
  return Object.fromEntries(changed.map((name) => [name, draft[name]])) as ConnectionPatch;
}

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** What saving does outside Rollcall, in a sentence, and what the button says; `blocked` when it cannot be saved so. */
export function consequenceOf(
  saved: Connection,
  draft: Draft,
): { sentence: string; action: string; blocked: string | null } {
  const crm = saved.kindLabel;
  const what = `${counted(draft.events.length, "event")}, ${counted(draft.sources.length, "source")}`;
  if (draft.mode === "event" && (draft.events.length === 0 || draft.sources.length === 0)) {
    return { sentence: "", action: "Save", blocked: "Tick at least one event and one of Started by." };
  }
  if (draft.mode === "event" && saved.mode === "automation") {
    return {
      sentence: `Saving registers 1 webhook in ${crm}: ${what}.`,
      action: "Save and register",
      blocked: null,
    };
  }
  if (draft.mode === "automation" && saved.mode === "event") {
    return {
      sentence: `Saving takes Rollcall’s webhook out of ${crm}.`,
      action: "Save and take out",
      blocked: null,
    };
  }
  const moved =
    !sameSet(saved.events, draft.events) ||
    !sameSet(saved.sources, draft.sources) ||
    saved.listId !== draft.listId;
  if (draft.mode === "event" && moved) {
    return {
      sentence: `Saving changes Rollcall’s webhook in ${crm}: ${what}.`,
      action: "Save and update",
      blocked: null,
    };
  }
  return { sentence: `Nothing changes in ${crm}. The next sync uses it.`, action: "Save", blocked: null };
}
