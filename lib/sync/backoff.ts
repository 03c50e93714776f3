/** How often a delivery is tried by itself before it waits for a person; the tries spread over about a day. */
export const maxAttempts = 12;

const delaysSeconds = [5, 15, 45, 120, 360, 1_200, 3_600, 7_200, 14_400, 21_600, 28_800];

/**
 * Seconds until the next try after `attempts` failed ones, with up to a quarter of jitter so that a crowd does not come
 * back at once; never before the CRM's own Retry-After. Null when it is time to give up.
 */
export function nextDelaySeconds(
  attempts: number,
  retryAfterSeconds: number | null,
  random = Math.random,
): number | null {
  if (attempts >= maxAttempts) return null;
  const base = delaysSeconds[Math.min(attempts, delaysSeconds.length) - 1] ?? 5;
  return Math.max(base * (1 + random() / 4), (retryAfterSeconds ?? 0) * (1 + random() / 20));
}
