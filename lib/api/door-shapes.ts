import { z } from "zod";
import { reasonCodes } from "../reasons.ts";
import { urlActions } from "../words.ts";
import { id } from "./common-shapes.ts";

const action = z
  .enum(urlActions)
  .describe(
    "add makes the member when there is none, update changes one that is there, update_tags only its tags; batch_sync updates after the connection’s delay, with all contacts that were named meanwhile, a hundred a call",
  );

const parameters = {
  contact_id: z.string().optional().describe("The contact, where the body names none; with GET the only way"),
  role: z.string().optional().describe("A role that the key allows"),
  send_notification: z
    .enum(["true", "false"])
    .optional()
    .describe("true sends a new member a welcome mail with a link to set a password"),
  wait: z
    .number()
    .min(0)
    .max(4.5)
    .optional()
    .describe("Holds the answer up to that many seconds for the result"),
};

export const doorParameters = z.object(parameters);
export const rollcallAddress = z.object({ accessKey: z.string(), action });
export const wpFusionAddress = z.object({
  wpf_action: action,
  access_key: z.string().describe("An access key; an existing plug-in key can be brought along"),
  ...parameters,
});

/** What a CRM may send as a form or as JSON; anything more is kept with the delivery. */
export const doorBody = z.looseObject({
  "contact[id]": z.string().optional().describe("The contact, as ActiveCampaign sends it"),
  "contact[email]": z.string().optional().describe("Finds the contact where no id is sent"),
  ...parameters,
});

const message = z.string();
const reason = z.enum(reasonCodes);
const turnedAway = z.object({ status: z.literal("rejected"), reason, message });
const refused = z.object({ status: z.literal("refused"), message });

/** Every answer of the door, by HTTP status. */
export const doorAnswers = {
  200: z
    .object({
      status: z.enum(["accepted", "synced", "partly_synced", "skipped", "duplicate", "filtered", "held"]),
      delivery: id,
      reason: reason.optional(),
      message: message.optional(),
    })
    .describe("Stored: accepted, or the result where the key or wait= asks for it"),
  401: turnedAway.describe("No such access key, or it was revoked or has expired"),
  403: turnedAway.describe("The access key does not allow this action, role or address"),
  404: refused.describe("No webhook has such a URL"),
  405: refused.describe("Neither POST nor GET"),
  408: refused.describe("The request ended before its body was complete"),
  413: refused.describe("The body is larger than 1 MiB"),
  422: z
    .object({ status: z.enum(["unreadable", "failed"]), delivery: id, reason, message })
    .describe("Stored, but not understood, or failed while the answer was held"),
  429: turnedAway.describe("Too many calls with a short key from this address"),
  503: z
    .object({ status: z.literal("unavailable"), message })
    .describe("Not stored: send it again after the seconds in Retry-After"),
} as const;
