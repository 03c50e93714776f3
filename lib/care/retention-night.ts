/** When the nightly clean-up is due, as cron writes it, in UTC. */
export const nightlyCron = "41 2 * * *";

/** The next moment of the nightly clean-up after `now`. */
export function nextNight(now: Date): Date {
  const tonight = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), 2, 41));
  if (tonight > now) return tonight;
  return new Date(tonight.getTime() + 24 * 3600 * 1000);
}
