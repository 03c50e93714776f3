import { GiveUp, RetryLater } from "../../errors.ts";
import { readRetryAfter } from "../../http/retry-after.ts";
import { signWebhook } from "../../http/sign-webhook.ts";
import { callDestination, refuseOverload } from "../call.ts";
import type { Host } from "../contract.ts";
import type { Event } from "./events.ts";
import { type Settings, secrets, signingSecrets } from "./settings.ts";

/**
 * Posts one event, signed as Standard Webhooks says. Only 2xx counts as taken. 410 ends the destination, 429, 502, 503
 * and 504 slow it down for as long as they ask, redirects are not followed, and everything else is tried again.
 */
export async function deliver(host: Host, settings: Settings, id: string, event: Event): Promise<void> {
  const body = JSON.stringify(event);
  const now = new Date();
  const answer = await callDestination(host, settings.url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "User-Agent": "Rollcall",
      ...signWebhook(signingSecrets(secrets.parse(host.secrets), now), id, body, now),
    },
    body,
  });
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return;
  const detail = `HTTP ${status}`;
  if (status === 410) throw new GiveUp("site_gone", { detail });
  if (status >= 300 && status < 400)
    throw new GiveUp("site_moved", { detail: readLocation(settings.url, headers.get("location")) });
  refuseOverload(answer);
  const retryAfterSeconds = readRetryAfter(headers);
  throw new RetryLater(status >= 500 ? "site_failed" : "site_refused_call", { detail, retryAfterSeconds });
}

function readLocation(from: string, location: string | null): string {
  const to = location === null ? null : URL.parse(location, from);
  return to ? to.origin + to.pathname : "nowhere";
}
