/** Moments as people read them, in a named IANA zone. All take ISO 8601 text and milliseconds since 1970 as "now". */

const formats = new Map<string, Intl.DateTimeFormat>();
function formatIn(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    formats.set(key, format);
  }
  return format;
}

const hourMinute = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** 14:36:58 */
export const clock = (at: string, zone: string): string =>
  formatIn(zone, { ...hourMinute, second: "2-digit" }).format(new Date(at));

/** 14:32:07.318 */
export const clockMs = (at: string, zone: string): string =>
  formatIn(zone, { ...hourMinute, second: "2-digit", fractionalSecondDigits: 3 }).format(new Date(at));

/** 14:47 */
export const clockShort = (at: string, zone: string): string =>
  formatIn(zone, hourMinute).format(new Date(at));

/** 2026-11-21, the day in that zone; equal text is the same day. */
export function dayOf(at: string, zone: string): string {
  const parts = formatIn(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(
    new Date(at),
  );
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** "Today" or "Yesterday" or the weekday, with the date: { name: "Today", date: "Saturday 21 November" }. */
export function dayTitle(at: string, nowMs: number, zone: string): { name: string; date: string } {
  const moment = new Date(at);
  const day = dayOf(at, zone);
  const sameYear = day.slice(0, 4) === dayOf(new Date(nowMs).toISOString(), zone).slice(0, 4);
  const weekday = formatIn(zone, { weekday: "long" }).format(moment);
  const date = formatIn(zone, {
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(moment);
  if (day === dayOf(new Date(nowMs).toISOString(), zone))
    return { name: "Today", date: `${weekday} ${date}` };
  if (day === dayOf(new Date(nowMs - 86_400_000).toISOString(), zone))
    return { name: "Yesterday", date: `${weekday} ${date}` };
  return { name: weekday, date };
}

/** As short as it stays exact: 14:36:58 today, Thu 09:12 within a week, 12 Nov, 12 Nov 2025. */
export function shortWhen(at: string, nowMs: number, zone: string): string {
  const moment = new Date(at);
  const now = new Date(nowMs).toISOString();
  if (dayOf(at, zone) === dayOf(now, zone)) return clock(at, zone);
  if (Math.abs(nowMs - moment.getTime()) < 6 * 86_400_000)
    return `${formatIn(zone, { weekday: "short" }).format(moment)} ${clockShort(at, zone)}`;
  const sameYear = dayOf(at, zone).slice(0, 4) === dayOf(now, zone).slice(0, 4);
  return formatIn(zone, { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(
    moment,
  );
}

/** Saturday 21 November 2026, 14:32:07 CET: everything, for a tooltip. */
export function fullWhen(at: string, zone: string): string {
  const date = formatIn(zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(
    new Date(at),
  );
  return `${date.replace(",", "")}, ${clock(at, zone)} ${zoneName(zone, at)}`;
}

/** CET, EST, UTC: the zone's own short name where English has one, else GMT+5:30. */
export function zoneName(zone: string, at: string): string {
  const short = (locale: string) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "short" })
      .formatToParts(new Date(at))
      .find((part) => part.type === "timeZoneName")?.value ?? zone;
  const british = short("en-GB");
  return british.startsWith("GMT") && british !== "GMT" ? short("en-US") : british;
}
