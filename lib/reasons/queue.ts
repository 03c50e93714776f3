import { reason } from "./reason.ts";

/** Why a delivery counts for nothing, or could not be worked on here. */
export const queueReasons = {
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
  echo: reason(
    "queue",
    "filter",
    "Filtered: an echo. {crm} reports only what Rollcall itself had just written to this contact.",
    "Nothing to do. Turn “The API” off among the connection’s event sources to get fewer of these.",
  ),
  loop_guard: reason(
    "queue",
    "filter",
    "Held: Rollcall’s writes and {crm}’s events about this contact kept following each other ({detail}).",
    "Look in {crm} for an automation that changes the contact whenever Rollcall writes to it. Retry lets this contact through again; otherwise it goes on by itself after 30 quiet minutes.",
  ),
  same_request_waiting: reason(
    "queue",
    "filter",
    "Duplicate: the same request for this contact was still waiting, and one run covers both.",
    "Nothing to do.",
  ),
  flood_held: reason(
    "queue",
    "filter",
    "Held: it is part of a flood that {detail} holds.",
    "Release or drop the flood, or retry this one alone.",
  ),
  flood_dropped: reason(
    "queue",
    "filter",
    "Filtered: the flood it was part of was dropped ({detail}).",
    "Retry it if this contact should be read after all.",
  ),
  day_budget_spent: reason(
    "queue",
    "crm",
    "Stopped before the CRM: the account’s {detail} calls of this day (UTC) are used up.",
    "Nothing is lost. It goes on after midnight UTC; raise the limit on the connection if the account allows more.",
  ),
  person_erased: reason(
    "queue",
    "skip",
    "Nothing more was done: this person was erased on request.",
    "Nothing to do. Remove the contact in {crm} too, or its next webhook brings the person back.",
  ),
  no_connection: reason(
    "queue",
    "internal",
    "Stopped at the queue: the connection of this webhook is gone.",
    "Add the connection again, then retry.",
  ),
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
};
