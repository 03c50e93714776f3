import type { Crm } from "../contract.ts";

/** Events that Rollcall registers, in ActiveCampaign's names; there is none for a new, deleted or merged contact. */
export const events: Crm["events"] = [
  { name: "update", title: "Contact updated", note: "Any field or tag, by anyone.", byDefault: true },
  {
    name: "subscribe",
    title: "Contact added",
    note: "ActiveCampaign has no other sign of a new contact.",
    byDefault: true,
  },
  {
    name: "contact_tag_added",
    title: "Tag added",
    note: "Already covered by Contact updated.",
    byDefault: false,
  },
  {
    name: "contact_tag_removed",
    title: "Tag removed",
    note: "Already covered by Contact updated.",
    byDefault: false,
  },
  {
    name: "unsubscribe",
    title: "Unsubscribed",
    note: "The reason may be missing; it is set later.",
    byDefault: true,
  },
  { name: "bounce", title: "Bounced", note: "Kept as a note, changes no member.", byDefault: false },
];

/** Who may have caused an event for it to be sent. */
export const sources: Crm["sources"] = [
  { name: "public", title: "A contact", note: "Forms and preference pages.", byDefault: true },
  {
    name: "admin",
    title: "Any user",
    note: "Edits by hand, and API calls until your account has the fix.",
    byDefault: true,
  },
  { name: "system", title: "The system", note: "Automations and imports.", byDefault: true },
  {
    name: "api",
    title: "The API",
    note: "Leave off: it sends your own changes back to you.",
    byDefault: false,
  },
];

/** Events that change no member (webhook documentation: campaign, list and deal settings events). */
export const observed: ReadonlySet<string> = new Set([
  "sent",
  "open",
  "click",
  "forward",
  "share",
  "reply",
  "bounce",
  "list_add",
  "deal_pipeline_add",
  "deal_stage_add",
  "deal_tasktype_add",
]);
