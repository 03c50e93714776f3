import { reason } from "./reason.ts";

/** What stopped or was left out at the member. */
export const memberReasons = {
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
  password_locked: reason(
    "crm",
    "member",
    "The password was not returned to {crm}: the one that waits cannot be opened. It was stored under another ENCRYPTION_KEY.",
    "Start Rollcall with the key it had before, then retry. Or send the member a link to choose a password: the new one takes the place of this one, and a retry ends it.",
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
};
