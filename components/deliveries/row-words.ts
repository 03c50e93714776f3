import type { Delivery } from "#lib/api/delivery-shapes.ts";
import type { ReasonCode } from "#lib/reasons.ts";
import type { Hop, Trigger } from "#lib/words.ts";
import { count, counted, duration } from "../time/durations.ts";
import { clock } from "../time/zoned.ts";

/** What a row of the log says about a delivery, in few words. */

const actionWords: Record<string, string> = {
  add: "Add",
  update: "Update",
  update_tags: "Update tags",
  batch_sync: "Batch sync",
  observe: "Observe",
};

const sentenceCase = (name: string) => {
  const words = name.replaceAll("_", " ").trim();
  return words === "" ? "Unknown" : words[0]?.toUpperCase() + words.slice(1);
};

/** "Update tags"; for an event, its own name: "Contact updated". */
export const askedFor = (delivery: Pick<Delivery, "action" | "event" | "trigger">): string =>
  delivery.trigger === "event" && delivery.event
    ? sentenceCase(delivery.event)
    : (actionWords[delivery.action] ?? sentenceCase(delivery.action));

const sourceWords: Record<string, string> = {
  public: "By the contact",
  admin: "By a user",
  api: "By the API",
  system: "By the system",
};

/** Who caused it, for the eye: the automation's key, or who set off the event. */
export function causedBy(delivery: Pick<Delivery, "trigger" | "source" | "keyName" | "dialect">): string {
  if (delivery.trigger === "event")
    return delivery.source ? (sourceWords[delivery.source] ?? `By ${delivery.source}`) : "An event";
  if (delivery.trigger === "person") return "By a person";
  return delivery.keyName ?? (delivery.dialect === "wp-fusion" ? "WP Fusion URL" : "Unknown key");
}

/** The hidden word of the trigger's picture. */
export const triggerWords: Record<Trigger, string> = {
  automation: "Automation",
  event: "Event",
  person: "Person",
  unknown: "Not known",
};

type Whom = Pick<Delivery, "name" | "email" | "contactId" | "remoteAddress" | "status" | "reason">;

/** Whether a request is known to name no contact: of one that was turned away, or is broken, nobody read which it asked for. */
export const namesNone = ({ contactId, email, status, reason }: Whom): boolean =>
  !contactId && !email && status !== "rejected" && reason !== "bad_json" && reason !== "broken_record";

/** Two lines that name whom a delivery is about, as well as it is known. */
export function aboutWhom(delivery: Whom): [string, string] {
  const contact = delivery.contactId ? `Contact ${delivery.contactId}` : null;
  if (delivery.name) return [delivery.name, delivery.email ?? contact ?? "no e-mail address"];
  if (delivery.email) return [delivery.email, contact ?? `from ${delivery.remoteAddress}`];
  if (contact && delivery.status === "rejected")
    return [delivery.remoteAddress, `asked for contact ${delivery.contactId}`];
  if (contact) return [contact, `from ${delivery.remoteAddress}`];
  return [delivery.remoteAddress, namesNone(delivery) ? "names no contact" : ""];
}

const runningAt: Record<Hop, string> = {
  door: "just arrived",
  queue: "starting",
  crm: "reading the contact",
  member: "applying it",
  sites: "pushing it",
};

const shortReasons: Partial<Record<ReasonCode, string>> = {
  no_such_key: "no such access key",
  key_revoked: "key revoked",
  key_expired: "key expired",
  action_not_allowed: "action not allowed",
  role_not_allowed: "role not allowed",
  address_not_allowed: "address not allowed",
  too_many_calls: "too many calls",
  too_large: "over 1 MiB",
  unknown_action: "unknown action",
  empty_body: "empty body",
  no_contact: "names no contact",
  bad_json: "broken JSON",
  broken_record: "cannot be stored",
  mode_automation: "not an automation",
  event_observed: "changes no member",
  list_other: "another list",
  echo: "echo of our write",
  loop_guard: "a loop was stopped",
  person_erased: "person erased",
  same_request_waiting: "same one waited",
  contact_missing: "no such contact",
  contact_deleted: "contact deleted",
  no_such_member: "no such member",
  no_change: "nothing to change",
  password_not_needed: "has a password",
  flood_held: "its flood is held",
  flood_dropped: "its flood was dropped",
  site_paused: "a site is paused",
  site_stopped: "a site is stopped",
  site_secrets_locked: "secrets cannot be opened",
  site_password_locked: "password cannot be opened",
  site_role_missing: "unknown site role",
  site_timeout: "no answer from a site",
  site_failed: "a site failed",
  companion_missing: "companion missing",
};

/** "Broken shop and 2 more" */
const moreThan = (name: string, others: number): string =>
  others > 0 ? `${name} and ${count(others)} more` : name;

/** A UUID v7 begins with its milliseconds since 1970 (RFC 9562). */
const momentOfId = (id: string) =>
  new Date(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toISOString();

/** The line under the outcome: what changed, why not, or what comes next. */
export function secondLine(delivery: Delivery, zone: string): string {
  const why = delivery.reason ? (shortReasons[delivery.reason] ?? null) : null;
  switch (delivery.status) {
    case "running":
      return runningAt[delivery.hop];
    case "queued":
      return delivery.attempts > 0
        ? `again, after ${counted(delivery.attempts, "try", "tries")}`
        : delivery.floodId
          ? "waiting in its flood"
          : "waiting its turn";
    case "failed":
      return delivery.nextRetryAt ? `next try ${clock(delivery.nextRetryAt, zone)}` : "tries again soon";
    case "dead":
      return `after ${counted(Math.max(1, delivery.attempts), "try", "tries")}`;
    case "duplicate":
      return delivery.duplicateOf
        ? `of ${clock(momentOfId(delivery.duplicateOf), zone)}`
        : (why ?? "covered already");
    case "synced":
      return delivery.detail ?? "up to date";
    case "partly_synced":
      if (delivery.site) return moreThan(delivery.site.name, delivery.site.others);
      return why ?? delivery.sentence?.replace(/^\S+ at Sites: /, "") ?? "a site is not right";
    default:
      return why ?? delivery.detail ?? delivery.sentence ?? "";
  }
}

/** The last column: how long the run took, or how often it was tried. */
export function took(delivery: Pick<Delivery, "status" | "attempts" | "syncMs">): string {
  if (delivery.status === "queued" || delivery.status === "running") return "…";
  if ((delivery.status === "failed" || delivery.status === "dead") && delivery.attempts > 0)
    return counted(delivery.attempts, "try", "tries");
  return delivery.syncMs === null ? "–" : duration(delivery.syncMs);
}
