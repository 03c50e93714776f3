import type { Alert, AlertChannel, AlertKindWords, AlertMute } from "#lib/api/alert-shapes.ts";
import { counted } from "../time/durations.ts";

export const channelWords: Record<AlertChannel["kind"], { word: string; place: string }> = {
  email: { word: "E-mail", place: "to" },
  slack: { word: "Slack-compatible", place: "at" },
  http: { word: "Signed HTTP", place: "at" },
};

/** The one line under the title of the page. */
export function leadOf(open: readonly Alert[], channels: number): string {
  const nobody = channels === 0 ? " Nobody is told yet: add a channel below." : "";
  if (open.length === 0) return `Nothing is wrong.${nobody}`;
  return `${counted(open.length, "alert is", "alerts are")} open.${nobody}`;
}

/** Which kinds a channel is told of. */
export function kindsSentence(channel: AlertChannel, kinds: readonly AlertKindWords[]): string {
  if (channel.alertKinds === null) return "Every alert";
  const titles = channel.alertKinds.map((kind) => kinds.find((one) => one.kind === kind)?.title ?? kind);
  return titles.join(", ");
}

/** The mute that covers an alert, if one does. */
export const muteOf = (alert: Alert, mutes: readonly AlertMute[]): AlertMute | undefined =>
  mutes.find((mute) => mute.key === alert.key || mute.kind === alert.kind);

/** Who was told of an alert, and who was not and why, one entry a channel; of each the worst message counts. */
export function toldOf(
  alert: Alert,
): { id: string; name: string; state: "sent" | "waiting" | "failed"; error: string | null }[] {
  const ids = [...new Set(alert.sends.map(({ channelId }) => channelId))];
  return ids.map((id) => {
    const mine = alert.sends.filter(({ channelId }) => channelId === id);
    const worst =
      mine.find(({ state }) => state === "failed") ??
      mine.find(({ state }) => state === "waiting") ??
      mine[0];
    return {
      id,
      name: worst?.channelName ?? "",
      state: worst?.state ?? "sent",
      error: worst?.error ?? null,
    };
  });
}
