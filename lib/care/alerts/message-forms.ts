import type { Message } from "./message.ts";

/** A message as plain text. */
export const mailText = ({ title, lines, link }: Message): string =>
  `${[title, ...lines].join("\n\n")}\n\n${link.word}:\n${link.url}\n`;

/** Slack reads these three characters as markup (Slack's documentation of message formatting). */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const marks: Record<Message["type"], string> = {
  "alert.opened": ":red_circle:",
  "alert.closed": ":white_check_mark:",
  "alert.test": ":information_source:",
};

/** The body of an incoming webhook of Slack, and of what speaks its form (Mattermost, Discord's `/slack`). */
export function slackBody({ type, title, lines, link }: Message): string {
  const section = (text: string) => ({
    type: "section",
    text: { type: "mrkdwn", text: text.slice(0, 3000) },
  });
  return JSON.stringify({
    text: `${marks[type]} ${escaped(title)}`,
    blocks: [
      section(`${marks[type]} *${escaped(title)}*`),
      ...(lines.length > 0 ? [section(lines.map(escaped).join("\n"))] : []),
      section(`<${link.url}|${escaped(link.word)}>`),
    ],
  });
}

/** The body of the HTTP form: `type`, `timestamp` and `data`, as Standard Webhooks recommends. */
export const httpBody = ({ type, at, title, lines, link, alert }: Message): string =>
  JSON.stringify({ type, timestamp: at, data: { ...alert, title, text: lines.join(" "), url: link.url } });
