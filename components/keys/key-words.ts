import type { AccessKey } from "#lib/api/key-shapes.ts";

export type UrlAction = "add" | "update" | "update_tags" | "batch_sync";

/** What a URL of a key can ask for, in the order of weight. */
export const urlActions: readonly { action: UrlAction; word: string; gist: string; note: string }[] = [
  {
    action: "add",
    word: "Add",
    gist: "makes the account",
    note: "Makes the member if there is none, and syncs them.",
  },
  {
    action: "update",
    word: "Update",
    gist: "fields, tags, role",
    note: "Syncs a member who is there. Makes nothing new.",
  },
  {
    action: "update_tags",
    word: "Update tags",
    gist: "lightest",
    note: "As Update, for automations that only set tags.",
  },
  {
    action: "batch_sync",
    word: "Batch sync",
    gist: "later, many at once",
    note: "As Update, a few minutes later with everyone else who was named: for timed releases.",
  },
];

/** The tags that say what a key may ask for. */
export const actionWords = (key: AccessKey): string[] =>
  key.actions === null ? ["everything"] : key.actions.map((action) => action.replace("_", " "));

/** The roles a key may hand out, as a line. */
export function roleWords(roles: AccessKey["roles"]): string {
  if (roles === null) return "any role but administrator and editor";
  if (roles.length === 0) return "no roles";
  return `${roles.length === 1 ? "role" : "roles"} ${roles.join(", ")}`;
}

/** Words of a list typed with commas, spaces or new lines. */
export const wordsIn = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

export type KeyRow = { key: AccessKey; replaces: AccessKey[] };

/** Keys in use with what they replace under them, and apart from them the keys that work no more. */
export function keyRows(keys: readonly AccessKey[]): { current: KeyRow[]; ended: KeyRow[] } {
  const isOld = (key: AccessKey) =>
    key.state === "rotating" && keys.some((other) => other.id === key.replacedBy);
  const rows = keys
    .filter((key) => !isOld(key))
    .map((key) => ({ key, replaces: keys.filter((old) => isOld(old) && old.replacedBy === key.id) }));
  const isEnded = ({ key }: KeyRow) => key.state === "revoked" || key.state === "expired";
  return { current: rows.filter((row) => !isEnded(row)), ended: rows.filter(isEnded) };
}
