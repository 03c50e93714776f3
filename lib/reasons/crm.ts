import { reason } from "./reason.ts";

/** What a CRM did or did not do. */
export const crmReasons = {
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
  crm_paused: reason(
    "crm",
    "crm",
    "Waiting for the CRM: {crm} failed several times in a row, so calls to it rest ({detail}).",
    "Nothing is lost and no try is used up. Rollcall asks {crm} again by itself, and then works off what waits.",
  ),
  crm_paused_token: reason(
    "crm",
    "crm",
    "Waiting for the CRM: {crm} refused the API key, so calls to it rest.",
    "Paste a new API key into the connection; what waits then runs by itself.",
  ),
  crm_token_refused: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} refused the API key.",
    "Paste a new API key into the connection, then retry.",
  ),
  crm_secrets_locked: reason(
    "crm",
    "crm",
    "Stopped before the CRM: the API key of {crm} cannot be opened. It was stored under another ENCRYPTION_KEY.",
    "Start Rollcall with the key it had before, or paste the API key into the connection again; what waits then runs by itself.",
  ),
  crm_forbidden: reason(
    "crm",
    "crm",
    "Stopped at the CRM: {crm} does not let this API key do that ({detail}).",
    "Give the API key’s user the permission in {crm}, then retry.",
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
    "Stopped at the CRM: {crm} is not what answered at its address.",
    "Nothing was changed. Check the address on the connection: it is the URL under Settings › Developer in {crm}. Rollcall tries again by itself.",
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
};
