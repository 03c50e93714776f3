import type { alerts } from "#db/schema/alerts.ts";
import { env } from "../../env.ts";
import { roughly } from "./condition.ts";
import { kindWords } from "./kinds.ts";

export type AlertRow = typeof alerts.$inferSelect;

/** One message to one channel, ready to be put into the form of the channel. */
export type Message = {
  type: "alert.opened" | "alert.closed" | "alert.test";
  subject: string;
  /** The sentence that says what happened. */
  title: string;
  /** What is safe and what to do, one paragraph each. */
  lines: string[];
  link: { word: string; url: string };
  at: string;
  alert: { id: string; kind: string; level: string; connectionId: string | null; openedAt: string } | null;
};

/** What is said when an alert opens or closes. */
export function messageOf(alert: AlertRow, transition: "opened" | "closed"): Message {
  const { id, kind, level, connectionId, text, closedAt } = alert;
  const openedAt = alert.openedAt ?? alert.firstSeenAt;
  const name = kindWords[kind].title;
  const link = { word: text.action, url: env().publicUrl + text.path };
  const shared = { link, alert: { id, kind, level, connectionId, openedAt: openedAt.toISOString() } };
  if (transition === "opened" || !closedAt) {
    const lines = [text.safe, text.remedy].filter((line) => line !== "");
    const at = openedAt.toISOString();
    return {
      ...shared,
      type: "alert.opened",
      subject: `${name}: ${text.title}`,
      title: text.title,
      lines,
      at,
    };
  }
  const lasted = roughly(closedAt.getTime() - openedAt.getTime());
  return {
    ...shared,
    type: "alert.closed",
    subject: `Over: ${name}`,
    title: `Over after ${lasted}: ${text.title}`,
    lines: ["This is no longer so. Nothing to do."],
    at: closedAt.toISOString(),
  };
}

/** What a test of a channel says. */
export function testMessage(channelName: string, actor: string): Message {
  return {
    type: "alert.test",
    subject: "A test from Rollcall",
    title: `This is a test of the alert channel ${channelName}. Alerts will arrive here.`,
    lines: [`${actor} asked for it. Nothing is wrong.`],
    link: { word: "Open the alerts", url: `${env().publicUrl}/alerts` },
    at: new Date().toISOString(),
    alert: null,
  };
}
