import { accountTime } from "./clock.ts";
import type { SandboxContact, SandboxState, Source } from "./state.ts";

type Pairs = [string, string][];

/** PHP's http_build_query, which both dialects are written with: brackets encoded, spaces as plus. */
const encode = (pairs: Pairs): string => new URLSearchParams(pairs).toString();

const tagNames = (state: SandboxState, contact: SandboxContact) =>
  [...contact.tags.keys()].map((id) => state.tags.get(id) ?? "").join(", ");

/** The body of an event webhook (settings dialect): an envelope, and fields by number. */
export function eventBody(
  state: SandboxState,
  contact: SandboxContact,
  event: { type: string; source: Source; list: number; tag: string | null; at: Date },
): string {
  const { accountName } = state.settings;
  const isPublicLeave = event.type === "unsubscribe" && event.source === "public";
  return encode([
    ["type", event.type],
    ["date_time", accountTime(event.at)],
    ["initiated_from", event.source],
    ["initiated_by", event.source],
    [isPublicLeave ? "list[0][id]" : "list", String(event.list)],
    ["contact[id]", String(contact.id)],
    ["contact[email]", contact.email],
    ["contact[first_name]", contact.firstName],
    ["contact[last_name]", contact.lastName],
    ["contact[phone]", contact.phone],
    ["contact[ip]", "127.0.0.1"],
    ["contact[tags]", tagNames(state, contact)],
    ...[...contact.fieldValues].map(
      ([field, { value }]) => [`contact[fields][${field}]`, value] as [string, string],
    ),
    ["contact[customer_acct_name]", ""],
    ["contact[orgname]", ""],
    ...(event.tag === null ? [] : [["tag", event.tag] as [string, string]]),
    ["customer_acct_name", accountName],
    ["customer_acct_id", "0"],
    ["orgname", ""],
  ]);
}

/** The body of an automation's webhook step: no envelope, fields by personalisation tag, the automation's id last. */
export function automationBody(state: SandboxState, contact: SandboxContact, automation: number): string {
  return encode([
    ["contact[id]", String(contact.id)],
    ["contact[email]", contact.email],
    ["contact[first_name]", contact.firstName],
    ["contact[last_name]", contact.lastName],
    ["contact[phone]", contact.phone],
    ["contact[orgname]", ""],
    ["contact[customer_acct_name]", ""],
    ["contact[tags]", tagNames(state, contact)],
    ["contact[ip4]", "127.0.0.1"],
    ...[...contact.fieldValues].map(
      ([field, { value }]) =>
        [`contact[fields][${(state.fields.get(field)?.perstag ?? String(field)).toLowerCase()}]`, value] as [
          string,
          string,
        ],
    ),
    ["seriesid", String(automation)],
  ]);
}
