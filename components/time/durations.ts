/** Counts and lengths of time as people read them. */

const grouped = new Intl.NumberFormat("en-US");

/** 1,284 */
export const count = (value: number): string => grouped.format(value);

/** 1 webhook, 1,284 webhooks */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

function withRest(ms: number, unit: number, name: string, smaller: number, smallerName: string): string {
  const whole = Math.floor(ms / unit);
  const rest = Math.floor((ms - whole * unit) / smaller);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${smallerName}`;
}

/** 0.3 ms, 4 ms, 1.6 s, 4 min 12 s, 3 h 5 min, 2 d 4 h, from milliseconds. */
export function duration(ms: number): string {
  if (ms < 0.95) return `${Math.max(0.1, Math.round(ms * 10) / 10)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / second).toFixed(1)} s`;
  if (ms < hour) return withRest(Math.round(ms / second) * second, minute, "min", second, "s");
  if (ms < day) return withRest(ms, hour, "h", minute, "min");
  return withRest(ms, day, "d", hour, "h");
}

/** As `duration`, with a tenth of a millisecond below ten: 3.3 ms. For the clock at the door. */
export const fineDuration = (ms: number): string =>
  ms >= 0.95 && ms < 9.95 ? `${ms.toFixed(1)} ms` : duration(ms);

/** One unit, rounded down: 12 s, 26 min, 3 h, 2 d. */
export function roughDuration(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.floor(ms / second))} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} d`;
}

/** "12 s ago", "just now", "in 4 min". */
export function fromNow(at: string, nowMs: number): string {
  const away = new Date(at).getTime() - nowMs;
  if (Math.abs(away) < second) return "just now";
  return away < 0 ? `${roughDuration(-away)} ago` : `in ${roughDuration(away)}`;
}

/** 4:12 or 1:04:12 until a moment; 0:00 once it has passed. */
export function countdown(at: string, nowMs: number): string {
  const left = Math.max(0, Math.ceil((new Date(at).getTime() - nowMs) / second));
  const pad = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(left / 3600);
  const minutes = Math.floor((left % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(left % 60)}` : `${minutes}:${pad(left % 60)}`;
}

/** 0 B, 2.1 KB, 1.0 MB (powers of 1,024). */
export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(1)} KB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}
