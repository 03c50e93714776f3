import { env } from "../env.ts";
import { createOutbound, type Outbound } from "./outbound.ts";

// Kept per module, not per process: server.ts and Next's bundle each have their own error classes, and whether a
// failure is tried again is decided by its class.
let made: Outbound | undefined;

/**
 * Sends requests to CRMs, sites and receivers of alerts, in the way of `createOutbound` under OUTBOUND_ALLOW: all of
 * them share its connections, so that the limits hold for the process.
 */
export const sharedFetch: Outbound["fetch"] = (url, init) => {
  made ??= createOutbound({ allow: env().OUTBOUND_ALLOW });
  return made.fetch(url, init);
};
