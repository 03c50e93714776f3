import { GiveUp, RetryLater } from "../errors.ts";
import type { Outbound } from "../http/outbound.ts";
import { readRetryAfter } from "../http/retry-after.ts";
import type { ReasonCode } from "../reasons.ts";
import type { Host } from "./contract.ts";

type Answer = Awaited<ReturnType<Outbound["fetch"]>>;

/** Outgoing calls name their failures for the CRM, their first user; at this hop they are a site's. */
const atSites: Partial<Record<ReasonCode, ReasonCode>> = {
  crm_timeout: "site_timeout",
  crm_unreachable: "site_unreachable",
  crm_unexpected: "site_unexpected",
  crm_address_blocked: "site_address_blocked",
};

/** Makes one call within the destination's rate; what the network does wrong is thrown with a site's reason. */
export async function callDestination(
  host: Host,
  url: string,
  init: Parameters<Outbound["fetch"]>[1],
): Promise<Answer> {
  await host.acquire();
  try {
    return await host.fetch(url, init);
  } catch (cause) {
    if (!(cause instanceof RetryLater || cause instanceof GiveUp)) throw cause;
    const { detail } = cause;
    const reason = atSites[cause.reason] ?? cause.reason;
    if (cause instanceof GiveUp) throw new GiveUp(reason, { detail, cause });
    throw new RetryLater(reason, { detail, cause });
  }
}

const overloaded = new Set([429, 502, 503, 504, 520, 521, 522, 523, 524]);

/** RetryLater("site_overloaded") for the answers that mean "fewer" or "not now", with the seconds they ask for. */
export function refuseOverload({ status, headers }: Answer): void {
  if (!overloaded.has(status)) return;
  const retryAfterSeconds = readRetryAfter(headers);
  throw new RetryLater("site_overloaded", { detail: `HTTP ${status}`, retryAfterSeconds });
}
