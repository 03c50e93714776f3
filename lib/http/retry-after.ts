const longestSilenceSeconds = 3600;

/** Retry-After as whole seconds from 1 to 3600: a number, or an HTTP date (what firewalls in front send). */
export function readRetryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (!text) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), longestSilenceSeconds);
}
