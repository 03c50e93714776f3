import type { AccessKey } from "#lib/api/key-shapes.ts";
import type { AccessKeyPatch } from "#lib/api/more-shapes.ts";
import { dayOf } from "../time/zoned.ts";
import { type UrlAction, urlActions, wordsIn } from "./key-words.ts";

/** What a person fills in about a key; lists are as typed. */
export type KeyDraft = {
  name: string;
  actions: UrlAction[];
  anyRole: boolean;
  roles: string;
  addresses: string;
  /** A day as the browser's date field gives it, or "". */
  expires: string;
  waitSeconds: string;
};

export const emptyDraft: KeyDraft = {
  name: "",
  actions: urlActions.map(({ action }) => action),
  anyRole: false,
  roles: "subscriber",
  addresses: "",
  expires: "",
  waitSeconds: "0",
};

/** The zone in which a chosen day ends, also for who reads times in UTC. */
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The draft that says what a key may do now. */
export const draftOfKey = (key: AccessKey): KeyDraft => ({
  name: key.name,
  actions: key.actions ?? emptyDraft.actions,
  anyRole: key.roles === null,
  roles: key.roles?.join(", ") ?? "",
  addresses: key.allowedIps?.join(", ") ?? "",
  expires: key.expiresAt === null ? "" : dayOf(key.expiresAt, ownZone()),
  waitSeconds: String(key.waitSeconds),
});

/** The draft as the API takes it; a key expires at the end of the chosen day, in the person's own zone. */
export function settingsOf(draft: KeyDraft) {
  const addresses = wordsIn(draft.addresses);
  return {
    name: draft.name.trim(),
    actions: draft.actions,
    roles: draft.anyRole ? null : wordsIn(draft.roles.replaceAll(", ", ",")),
    allowedIps: addresses.length === 0 ? null : addresses,
    expiresAt: draft.expires === "" ? null : new Date(`${draft.expires}T23:59:59`).toISOString(),
    waitSeconds: Number(draft.waitSeconds),
  };
}

/**
 * What a draft changes of a key, as the API takes it. An expiry that nobody touched is left out: the field holds its day
 * only, and would move it to the end of that day.
 */
export function changesOf(draft: KeyDraft, key: AccessKey): AccessKeyPatch {
  const { expiresAt, ...settings } = settingsOf(draft);
  return draft.expires === draftOfKey(key).expires ? settings : { ...settings, expiresAt };
}

/** Why the draft cannot be sent, in a sentence; null when it can. */
export function problemOf(draft: KeyDraft): string | null {
  if (draft.name.trim() === "") return "Give the key a name";
  if (draft.actions.length === 0) return "Allow at least one action";
  return null;
}
