import type { Crm } from "../contract.ts";
import { accountName, contactUrl, normalizeBaseUrl } from "./base-url.ts";
import { openClient } from "./client.ts";
import { events, sources } from "./events.ts";
import { readPayload } from "./payload.ts";

/** ActiveCampaign: API v3 and both webhook dialects. Five calls a second for the whole account, whoever makes them. */
export const activecampaign: Crm = {
  kind: "activecampaign",
  label: "ActiveCampaign",
  credentialNames: ["apiToken"],
  defaultCallsPerSecond: 5,
  events,
  sources,
  changeEvent: "update",
  normalizeBaseUrl,
  accountName,
  contactUrl,
  open: openClient,
  readPayload,
};
