import type { Status, Trigger } from "#lib/words.ts";
import { statusNames } from "../status/outcomes.ts";

/** What the log is narrowed to; the same names as in the URL of the page and of /api/v1/deliveries. */
export type LogFilter = {
  status: Status[] | null;
  /** `planned` is what is tried again by itself, `none` all else. */
  next: "none" | "planned" | null;
  connection: string | null;
  key: string | null;
  action: string | null;
  trigger: Trigger | null;
  contact: string | null;
  email: string | null;
  member: string | null;
  reason: string | null;
  flood: string | null;
  /** `folded` leaves out what came in floods. */
  floods: "folded" | null;
  /** Text in the request's body. */
  body: string | null;
  q: string | null;
};

export type FilterName = keyof LogFilter;

export const noFilter: LogFilter = {
  status: null,
  next: null,
  connection: null,
  key: null,
  action: null,
  trigger: null,
  contact: null,
  email: null,
  member: null,
  reason: null,
  flood: null,
  floods: null,
  body: null,
  q: null,
};

/**
 * Whether floods are one row each: only where the log is not narrowed further than to a connection, so that whoever
 * looks for something finds it in a flood too.
 */
export const foldsFloods = (filter: LogFilter): boolean =>
  (Object.keys(noFilter) as FilterName[]).every((name) => name === "connection" || filter[name] === null);

export const triggerNames = [
  "automation",
  "event",
  "person",
  "unknown",
] as const satisfies readonly Trigger[];
export const nextNames = ["none", "planned"] as const;
export const actionNames = ["add", "update", "update_tags", "batch_sync", "observe"] as const;

/** What can stand before the colon in the search field, with what it is for. */
export const searchFields: readonly {
  name: Exclude<FilterName, "q">;
  hint: string;
  values: readonly string[];
}[] = [
  { name: "status", hint: "how it ended", values: statusNames },
  { name: "next", hint: "whether it is tried again by itself", values: nextNames },
  { name: "action", hint: "what was asked for", values: actionNames },
  { name: "trigger", hint: "who caused it", values: triggerNames },
  { name: "contact", hint: "the contact’s id in the CRM", values: [] },
  { name: "email", hint: "an exact e-mail address", values: [] },
  { name: "connection", hint: "which CRM account", values: [] },
  { name: "key", hint: "which access key", values: [] },
  { name: "body", hint: "text in the request, of the last day of the range", values: [] },
  { name: "reason", hint: "why it stopped", values: [] },
  { name: "member", hint: "a member’s id", values: [] },
  { name: "flood", hint: "a flood’s id", values: [] },
];

/** Connections and keys are typed by name and filtered by id; a flood is shown by its name. */
export type NamedIds = Record<"connection" | "key" | "flood", { id: string; name: string }[]>;

export type Parsed = { ok: true; filter: Partial<LogFilter> } | { ok: false; error: string };

/**
 * Reads what was typed: `status:failed,dead email:ann@example.com rest of words`. Words without a field become `q`.
 * An unknown field or value is an error that names the nearest known one.
 */
export function parseSearch(text: string, names: NamedIds): Parsed {
  const filter: Partial<LogFilter> = {};
  const words: string[] = [];
  for (const [whole, field, quoted, plain] of text.matchAll(/([a-z_]+):(?:"([^"]*)"?|(\S*))|\S+/gi)) {
    if (field === undefined || /^https?$/i.test(field)) {
      words.push(whole);
      continue;
    }
    const name = field.toLowerCase();
    const known = searchFields.find((one) => one.name === name);
    if (!known)
      return {
        ok: false,
        error: unknownWord(
          "field",
          field,
          searchFields.map((one) => one.name),
        ),
      };
    const value = (quoted ?? plain ?? "").trim();
    if (value === "") return { ok: false, error: `Type what ${name} should be after the colon.` };
    const read = readValue(known, value, names);
    if ("error" in read) return { ok: false, error: read.error };
    Object.assign(filter, read.filter);
  }
  if (words.length > 0) filter.q = words.join(" ");
  return { ok: true, filter };
}

type Read = { filter: Partial<LogFilter> } | { error: string };

function readValue(field: (typeof searchFields)[number], value: string, names: NamedIds): Read {
  if (field.name === "status") {
    const asked = value.toLowerCase().split(",").filter(Boolean);
    const stray = asked.find((one) => !(statusNames as string[]).includes(one));
    if (stray) return { error: unknownWord("status", stray, statusNames) };
    return { filter: { status: statusNames.filter((one) => asked.includes(one)) } };
  }
  if (field.name === "connection" || field.name === "key") {
    const list = names[field.name];
    const found = list.find((one) => one.id === value || one.name.toLowerCase() === value.toLowerCase());
    if (!found)
      return {
        error: unknownWord(
          field.name === "key" ? "access key" : "connection",
          value,
          list.map((one) => one.name),
        ),
      };
    return { filter: { [field.name]: found.id } };
  }
  if (field.name === "next" && !(nextNames as readonly string[]).includes(value.toLowerCase()))
    return { error: unknownWord("next try", value, nextNames) };
  if (field.name === "trigger" && !(triggerNames as readonly string[]).includes(value.toLowerCase()))
    return { error: unknownWord("trigger", value, triggerNames) };
  const lower =
    field.name === "next" || field.name === "trigger" || field.name === "action" || field.name === "reason";
  return { filter: { [field.name]: lower ? value.toLowerCase() : value } };
}

/** So many known words are named to who typed none that is like them. */
const mostNamed = 6;

function unknownWord(kind: string, typed: string, known: readonly string[]): string {
  const near = nearest(typed.toLowerCase(), known);
  return `No ${kind} called ‘${typed}’.${near ? ` Did you mean ${near}?` : whatThereIs(known)}`;
}

function whatThereIs(known: readonly string[]): string {
  if (known.length === 0) return "";
  const more = known.length - mostNamed;
  const named = [...known.slice(0, mostNamed), ...(more > 0 ? [`one of ${more} more`] : [])];
  return ` It can be ${new Intl.ListFormat("en", { type: "disjunction" }).format(named)}.`;
}

/** The known word with the fewest edits, when at most a third of the letters (and two) differ. */
export function nearest(typed: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.max(2, Math.floor(typed.length / 3)) + 1;
  for (const word of known) {
    const edits = editDistance(typed, word.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      best = word;
    }
  }
  return best;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
