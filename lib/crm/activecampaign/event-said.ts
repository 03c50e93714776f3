import type { EventSaid } from "../contract.ts";

type Pairs = readonly (readonly [string, string])[];

/** Names that the account is known to have; nothing is asked of it here. */
type Known = { fieldTag(key: string): string | null; tagNames(): Iterable<string> };

const changes: Record<string, EventSaid["change"]["kind"]> = {
  update: "update",
  contact_tag_added: "tag_added",
  contact_tag_removed: "tag_removed",
};
/** Keys that say nothing Rollcall keeps of a contact. Any key that is not named here makes the body unclear. */
const needless = new Set([
  "date_time",
  "initiated_by",
  "url",
  "list",
  "form[id]",
  "contact[ip]",
  "contact[ip4]",
  "contact[customer_acct_name]",
  "contact[orgname]",
  "customer_acct_name",
  "customer_acct_id",
  "customer_account_id",
  "account_id",
  "orgname",
]);
const basics = [
  "contact[id]",
  "contact[email]",
  "contact[first_name]",
  "contact[last_name]",
  "contact[phone]",
];
const fieldKey = /^contact\[fields\]\[([^\]]+)\]$/;

/**
 * The names in a joined list, sorted. Names may hold the separator themselves, so the list is only clear when known
 * names fill it in exactly one way; null otherwise.
 */
export function splitTags(joined: string, known: Iterable<string>): string[] | null {
  if (joined === "") return [];
  const names = new Set(known);
  const pieces = joined.split(", ");
  const longest = [...names].reduce((most, name) => Math.max(most, name.split(", ").length), 0);
  // How the list can be filled up to each piece: not at all, by a name that begins there, or in several ways.
  const ways: (number | "several" | null)[] = [0];
  for (let end = 1; end <= pieces.length; end++) {
    let found: number | "several" | null = null;
    for (let start = Math.max(0, end - longest); start < end; start++) {
      const before = ways[start] ?? null;
      if (before === null || !names.has(pieces.slice(start, end).join(", "))) continue;
      found = found !== null || before === "several" ? "several" : start;
    }
    ways.push(found);
  }
  const only: string[] = [];
  for (let end = pieces.length; end > 0; ) {
    const start = ways[end] ?? null;
    if (start === null || start === "several") return null;
    only.push(pieces.slice(start, end).join(", "));
    end = start;
  }
  return new Set(only).size === only.length ? only.sort() : null;
}

/**
 * What an event webhook says about its contact (keys of ActiveCampaign's webhook documentation and published captures).
 * Null when it is another event, or any part of it is unknown, missing, doubled or can be read in two ways.
 */
export function readEventSaid(pairs: Pairs, known: Known): EventSaid | null {
  const values = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (values.has(key)) return null;
    values.set(key, value);
  }
  const kind = changes[values.get("type") ?? ""];
  const tag = values.get("tag");
  if (!kind || (kind === "update") !== (tag === undefined)) return null;
  const [id, email, firstName, lastName, phone] = basics.map((key) => values.get(key));
  const tags = splitTags(values.get("contact[tags]") ?? "?", known.tagNames());
  if (!id || [email, firstName, lastName, phone].includes(undefined) || !tags) return null;

  const fields: Record<string, string> = {};
  const read = new Set(["type", "tag", "initiated_from", "contact[tags]", ...basics]);
  for (const [key, value] of values) {
    if (read.has(key) || needless.has(key)) continue;
    const field = known.fieldTag(fieldKey.exec(key)?.[1] ?? "");
    if (field === null || field in fields) return null;
    fields[field] = value;
  }
  return {
    change: kind === "update" ? { kind } : { kind, tag: tag ?? "" },
    source: values.get("initiated_from") ?? null,
    contact: {
      id,
      email: email?.trim() || null,
      firstName: firstName ?? "",
      lastName: lastName ?? "",
      phone: phone ?? "",
      tags,
      fields,
    },
  };
}
