import { reason } from "./reason.ts";

/** Why the door turned a request away or could not understand it. */
export const doorReasons = {
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
    "Use add, update, update_tags or batch_sync in the URL.",
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
};
