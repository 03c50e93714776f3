import type { AppError } from "../errors.ts";

const longestSilenceSeconds = 3600;

/**
 * Retry-After as whole seconds from 1 to 3600: a number, or an HTTP date (what firewalls in front send). A date is
 * counted from the answer's own `Date`, so that a clock here that differs from theirs makes no pause longer or shorter.
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (!text) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - sentAt(headers)) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), longestSilenceSeconds);
}

function sentAt(headers: Headers): number {
  const told = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(told) ? Date.now() : told;
}

/** How soon it is worth to come again when nothing says more: a database that restarts takes this long. */
const usualSeconds = 5;

/** The Retry-After of an answer that asks its caller to come again: `retryAfterSeconds` of its details, or five seconds. */
export function retryAfterOf({ code, details }: AppError): Record<string, string> {
  if (code !== "too_many" && code !== "unavailable") return {};
  const told = typeof details === "object" && details !== null && "retryAfterSeconds" in details;
  const seconds =
    told && Number.isFinite(details.retryAfterSeconds) ? Number(details.retryAfterSeconds) : usualSeconds;
  return { "retry-after": String(Math.max(1, Math.ceil(seconds))) };
}
