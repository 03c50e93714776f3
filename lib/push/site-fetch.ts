import { env } from "../env.ts";
import { createOutbound, type Outbound } from "../http/outbound.ts";

// Kept per module, not per process, like that of CRMs: each module graph has its own error classes.
let shared: Outbound | undefined;

/** Sends requests to sites: vetted addresses only, with the time limit and the cap of every outgoing call. */
export const siteFetch: Outbound["fetch"] = (url, init) => {
  shared ??= createOutbound({ allow: env().OUTBOUND_ALLOW });
  return shared.fetch(url, init);
};
