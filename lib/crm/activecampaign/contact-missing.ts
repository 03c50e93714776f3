import { GiveUp } from "../../errors.ts";
import type { Reply } from "./http.ts";

/**
 * Whether a 404 says that the contact is not there. A call names a field, a tag or an association as well, and the
 * message tells which of them is missing: "No Result found for Subscriber with id 1", "Contact not found" (API v3
 * reference), and the same with another word.
 */
const namesContact = (message: string): boolean =>
  /^(no result found for )?(the )?(subscriber|contact)\b(?! ?(tag|field|list))/i.test(message.trim());

/** GiveUp("contact_missing") only where the account said so of the contact itself, GiveUp("crm_bad_request") else. */
export function asFailure(contactId: string, reply: Exclude<Reply, { status: "ok" }>): GiveUp {
  return reply.status === "missing" && namesContact(reply.message)
    ? new GiveUp("contact_missing", { detail: contactId })
    : new GiveUp("crm_bad_request", { detail: reply.message });
}
