import { activecampaign } from "./activecampaign/activecampaign.ts";
import type { Crm } from "./contract.ts";

/** Every kind of CRM; a new one is a folder and a line here. */
export const crms: Record<"activecampaign", Crm> = { activecampaign };
