import type { Hop } from "./words.ts";

type Family = "door" | "crm" | "member" | "filter" | "skip" | "internal";
type Reason = { hop: Hop; family: Family; sentence: string; remedy: string };

const reason = (hop: Hop, family: Family, sentence: string, remedy: string): Reason => ({
  hop,
  family,
  sentence,
  remedy,
});

/**
 * The closed set of reasons: what happened at which hop, and what to do about it, for a site owner.
 * `{crm}` is the CRM's product name, `{detail}` what was found; both are filled by `explain`.
 */
export const reasons = {
  // Door
  no_such_key: reason(
    "door",
    "door",
    "Turned away at the door: there is no such access key.",
    "Give that automation a URL with a current key, or register the key it uses under Access keys.",
  ),
  key_revoked: reason(
    "door",
    "door",
    "Turned away at the door: this access key was revoked.",
    "Put a URL with a current key into the automation that still uses this one.",
  ),
  key_expired: reason(
    "door",
    "door",
    "Turned away at the door: this access key has expired.",
    "Make a new key under Access keys and put its URL into the automation.",
  ),
  action_not_allowed: reason(
    "door",
    "door",
    "Turned away at the door: this access key may not ask for “{detail}”.",
    "Allow the action on the key, or use the URL of a key that has it.",
  ),
  role_not_allowed: reason(
    "door",
    "door",
    "Turned away at the door: this access key may not hand out the role “{detail}”.",
    "Allow the role on the key if it is meant; otherwise take role= out of the URL.",
  ),
  address_not_allowed: reason(
    "door",
    "door",
    "Turned away at the door: this access key does not accept calls from {detail}.",
    "Add the address to the key if the call was meant.",
  ),
  too_many_calls: reason(
    "door",
    "door",
    "Turned away at the door: too many calls with a short key from {detail}.",
    "Rotate this key: a full-length key has no such limit.",
  ),
  too_large: reason(
    "door",
    "door",
    "Turned away at the door: the request was larger than 1 MiB.",
    "Send only the contact id; Rollcall reads the rest from the CRM.",
  ),
  unknown_action: reason(
    "door",
    "door",
    "Not understood: the URL asks for “{detail}”, which is not an action.",
    "Use add, update or update_tags in the URL.",
  ),
  empty_body: reason(
    "door",
    "door",
    "Not understood: the body was empty and the URL names no contact.",
    "Add contact_id= to the URL, or let the CRM send the contact.",
  ),
  no_contact: reason(
    "door",
    "door",
    "Not understood: the request names no contact.",
    "Send contact[id], contact_id or a bare contact id.",
  ),
  bad_json: reason(
    "door",
    "door",
    "Not understood: the body says it is JSON and is not.",
    "Check the body in the automation; a bare contact id is enough.",
  ),
  broken_record: reason(
    "door",
    "door",
    "Not understood: the request held text that cannot be stored.",
    "The bytes are kept as received. Check what the automation sends.",
  ),
  // Queue
  mode_automation: reason(
    "queue",
    "filter",
    "Filtered: this connection listens to automations only, and this was an event webhook.",
    "Switch the connection to Automations and events if events should count.",
  ),
  event_observed: reason(
    "queue",
    "filter",
    "Filtered: “{detail}” changes no member.",
    "Nothing to do. It is kept here as a note.",
  ),
  list_other: reason(
    "queue",
    "filter",
    "Filtered: the event was for list {detail}, which this connection does not follow.",
    "Choose another list on the connection if this one should count.",
  ),
  same_request_waiting: reason(
    "queue",
    "filter",
    "Duplicate: the same request for this contact was still waiting, and one run covers both.",
    "Nothing to do.",
  ),
  no_connection: reason(
    "queue",
    "internal",
    "Stopped at the queue: the connection of this webhook is gone.",
    "Add the connection again, then retry.",
  ),
  // CRM
  crm_timeout: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} did not answer within 15 seconds.",
    "Nothing is lost. Rollcall tries again by itself. If it keeps failing, look at {crm}’s status page.",
  ),
  crm_unreachable: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} could not be reached ({detail}).",
    "Nothing is lost. Check the address on the connection; Rollcall tries again by itself.",
  ),
  crm_token_refused: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} refused the token.",
    "Paste a new token into the connection, then retry.",
  ),
  crm_forbidden: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} does not let this token do that ({detail}).",
    "Give the token’s user the permission in {crm}, then retry.",
  ),
  crm_payment_required: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} says the account is not paid.",
    "Settle the account in {crm}, then retry.",
  ),
  crm_rate_limited: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} asked for fewer calls.",
    "Nothing is lost. Rollcall waits as long as {crm} asks, then goes on.",
  ),
  crm_server_error: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} failed to answer ({detail}).",
    "Nothing is lost. Rollcall tries again by itself. If it keeps failing, look at {crm}’s status page.",
  ),
  crm_not_json: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm}’s address answered with a web page instead of data.",
    "Check the address on the connection. If a firewall shows a captcha, allow this server.",
  ),
  crm_empty_answer: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} answered with nothing in it.",
    "Nothing was changed: an empty answer never wipes a member. Rollcall tries again by itself.",
  ),
  crm_unexpected: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm}’s answer was not understood ({detail}).",
    "Nothing was changed. Rollcall tries again by itself; if it keeps failing, test the connection.",
  ),
  crm_bad_request: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} refused the call ({detail}).",
    "Test the connection, then retry.",
  ),
  crm_address_blocked: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {detail} is an address that outgoing calls may not reach.",
    "If the CRM really lives there, add its range to OUTBOUND_ALLOW and start again.",
  ),
  contact_missing: reason(
    "crm",
    "skip",
    "Skipped: {crm} has no contact {detail}.",
    "Nothing to do, unless the automation sends a wrong id.",
  ),
  contact_deleted: reason(
    "crm",
    "skip",
    "Skipped: the contact was deleted in {crm}.",
    "Nothing to do. The member keeps what was last synced.",
  ),
  // Member
  no_such_member: reason(
    "member",
    "skip",
    "Skipped: no member belongs to this contact, and this request only updates.",
    "Use an “add” webhook where new members should be made.",
  ),
  no_change: reason("member", "skip", "Skipped: the member was already up to date.", "Nothing to do."),
  no_email: reason(
    "member",
    "member",
    "Stopped at Member: contact {detail} has no e-mail address.",
    "Add one in {crm}, then retry.",
  ),
  bad_email: reason(
    "member",
    "member",
    "Stopped at Member: “{detail}” is not an e-mail address.",
    "Correct it in {crm}, then retry.",
  ),
  email_taken: reason(
    "member",
    "member",
    "Stopped at Member: another member already has the e-mail address {detail}.",
    "Merge the two contacts in {crm} or change one address, then retry.",
  ),
  role_refused: reason(
    "member",
    "member",
    "The role “{detail}” was not given: a CRM field may not hand it out.",
    "Give this role by hand where it is meant.",
  ),
  password_field_missing: reason(
    "crm",
    "crm",
    "The password was not returned: {crm} has no field “{detail}”.",
    "Choose a field for passwords on the connection, then retry.",
  ),
  password_not_seen: reason(
    "crm",
    "crm",
    "The password was written to {crm} and did not show when read back.",
    "Rollcall writes it again by itself. Check that the field accepts 16 characters.",
  ),
  password_not_needed: reason(
    "member",
    "skip",
    "No password was made: the member has one.",
    "Nothing to do.",
  ),
  smtp_missing: reason(
    "member",
    "member",
    "No welcome mail was sent: this server has no SMTP_URL.",
    "Set SMTP_URL and start again to send mail from here.",
  ),
  smtp_failed: reason(
    "member",
    "member",
    "The welcome mail could not be handed over ({detail}).",
    "Check SMTP_URL. The member can be sent a new link.",
  ),
  // Our own
  worker_stopped: reason(
    "queue",
    "internal",
    "The worker stopped in the middle of this run.",
    "Nothing is lost. Another worker takes it within half a minute.",
  ),
  internal: reason(
    "queue",
    "internal",
    "Rollcall itself failed here.",
    "Nothing is lost. It tries again by itself; the server log has the cause under this delivery’s id.",
  ),
} as const;

export type ReasonCode = keyof typeof reasons;
export const reasonCodes = Object.keys(reasons) as [ReasonCode, ...ReasonCode[]];

/** The sentence and remedy of a reason, with its blanks filled; an unknown code reads as our own failure. */
export function explain(
  code: string | null,
  blanks: { crm?: string | null; detail?: string | null } = {},
): { hop: Hop; family: Family; sentence: string; remedy: string } | null {
  if (code === null) return null;
  const found: Reason = Object.hasOwn(reasons, code) ? reasons[code as ReasonCode] : reasons.internal;
  const fill = (text: string) =>
    text.replaceAll("{crm}", blanks.crm ?? "the CRM").replaceAll("{detail}", blanks.detail ?? "no detail");
  return { ...found, sentence: fill(found.sentence), remedy: fill(found.remedy) };
}
