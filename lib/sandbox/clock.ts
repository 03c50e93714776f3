import type { SandboxState } from "./state.ts";

/** Where the account is: an hour is left out in spring and told twice in autumn, as on a real one. */
const zone = new Intl.DateTimeFormat("en-US", { timeZone: "America/Chicago", timeZoneName: "longOffset" });
const hourMs = 3_600_000;
const offsets = new Map<number, string>();

/** `-05:00` in summer, `-06:00` in winter. */
function offsetAt(at: Date): string {
  const hour = Math.floor(at.getTime() / hourMs);
  const known = offsets.get(hour);
  if (known) return known;
  const name = zone.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const offset = name.replace("GMT", "") || "+00:00";
  offsets.set(hour, offset);
  return offset;
}

/** What the account's clock says now, which need not be what ours says. */
export const accountNow = ({ settings }: SandboxState): Date => new Date(Date.now() + settings.clockSkewMs);

/** `2018-09-20T23:13:22-05:00`, as the examples have it: whole seconds in the account's time zone. */
export function accountTime(at: Date): string {
  const offset = offsetAt(at);
  const hours = Number(offset.slice(0, 3));
  return `${new Date(at.getTime() + hours * hourMs).toISOString().slice(0, 19)}${offset}`;
}

/** The moment that the time of a filter stands for; one without an offset is the account's own time. */
export function readFilterTime({ settings }: SandboxState, text: string): Date {
  const hasOffset = /(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const at = new Date(hasOffset ? text : `${text.replace(" ", "T")}${offsetAt(new Date())}`);
  return new Date(at.getTime() + settings.filterMisreadMinutes * 60_000);
}
