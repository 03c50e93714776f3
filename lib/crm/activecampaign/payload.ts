import type { PayloadHint } from "../contract.ts";
import { observed } from "./events.ts";

type Pairs = readonly (readonly [string, string])[];

const longest = { id: 120, email: 320, name: 200, event: 60 };

/** Cut so that no half character is left, and without NUL, which PostgreSQL cannot store. */
const bounded = (text: string, length: number): string | null =>
  text.replaceAll("\0", "").trim().slice(0, length).toWellFormed() || null;

/** An event webhook has `type` and one of these; a form field called "type" alone makes none. */
const envelopeKeys = ["date_time", "initiated_from", "initiated_by"];

const contactIdKeys = [
  "contact[id]",
  "subscriber[id]",
  "contact_id",
  "contactId",
  "contactid",
  "contact[contact_id]",
  "contact[contactId]",
  "contact",
  "deal[contactid]",
  "id",
];
const emailKeys = ["contact[email]", "subscriber[email]", "email", "deal[contact_email]"];
const nameKeys = [
  ["contact[first_name]", "contact[last_name]"],
  ["subscriber[first_name]", "subscriber[last_name]"],
  ["contact[firstName]", "contact[lastName]"],
  ["first_name", "last_name"],
  ["deal[contact_firstname]", "deal[contact_lastname]"],
] as const;

/** `list` is a number, an array of objects (public unsubscribe) or an object (`list_add`), depending on the event. */
const isListKey = (key: string) => /^list(\[\d*\])?(\[id\])?$/.test(key);

/** The list that an event is about, where 0 is none; null also when it is about several, since one says too little. */
function onlyList(pairs: Pairs): string | null {
  const lists = pairs.filter(([key]) => isListKey(key)).map(([, value]) => bounded(value, longest.id));
  const [list = null, ...others] = new Set(lists.filter((id) => id !== null && id !== "0"));
  return others.length === 0 ? list : null;
}

/**
 * What a webhook of either dialect says about whom and why; it never throws, and everything in it is only a hint
 * (ActiveCampaign's webhook documentation and published captures of both dialects).
 */
export function readPayload(pairs: Pairs): PayloadHint {
  const values = new Map<string, string>();
  for (const [key, value] of pairs) if (value.trim() !== "" && !values.has(key)) values.set(key, value);
  const first = (keys: readonly string[]) => {
    const key = keys.find((each) => values.has(each));
    return key === undefined ? "" : (values.get(key) ?? "");
  };
  const contactIdText = contactIdKeys
    .map((key) => values.get(key) ?? "")
    .find((id) => id !== "" && id !== "0");
  const contactId = bounded(contactIdText ?? "", longest.id);
  const email = bounded(first(emailKeys), longest.email);
  const names = nameKeys.map((keys) => keys.map((key) => values.get(key)?.trim() ?? "").join(" "));
  const name = bounded(names.find((each) => each.trim() !== "") ?? "", longest.name);

  const isEvent = values.has("type") && envelopeKeys.some((key) => values.has(key));
  if (!isEvent) {
    const trigger = values.has("seriesid") ? "automation" : "unknown";
    return { contactId, email, name, trigger, event: null, source: null, listId: null, observe: false };
  }
  const event = bounded(values.get("type") ?? "", longest.event);
  return {
    contactId,
    email,
    name,
    trigger: "event",
    event,
    source: bounded(values.get("initiated_from") ?? "", longest.event),
    listId: onlyList(pairs),
    observe: observed.has(event ?? "") || (contactId === null && email === null),
  };
}
