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
