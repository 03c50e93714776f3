import { z } from "zod";
import type { alertChannels } from "#db/schema/alerts.ts";
import { env } from "../../env.ts";
import { GiveUp, RetryLater } from "../../errors.ts";
import { sharedFetch } from "../../http/shared-outbound.ts";
import { signWebhook } from "../../http/sign-webhook.ts";
import { sendMail } from "../../mail.ts";
import { seal, unseal } from "../../secrets.ts";
import type { Message } from "./message.ts";
import { httpBody, mailText, slackBody } from "./message-forms.ts";

export type ChannelRow = typeof alertChannels.$inferSelect;

const address = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("email"), to: z.array(z.string()) }),
  z.object({ kind: z.literal("slack"), url: z.string() }),
  z.object({ kind: z.literal("http"), url: z.string(), secret: z.string() }),
]);
/** Where a channel sends to, with its secret. */
export type Address = z.infer<typeof address>;

/** A channel that can be sent to without the database. */
export type OpenChannel = { id: string; name: string; address: Address };

export const sealAddress = (given: Address): Buffer => seal(env().ENCRYPTION_KEY, JSON.stringify(given));

/** Opens a channel for sending. */
export const openChannel = ({
  id,
  name,
  sealed,
}: Pick<ChannelRow, "id" | "name" | "sealed">): OpenChannel => ({
  id,
  name,
  address: address.parse(JSON.parse(unseal(env().ENCRYPTION_KEY, sealed))),
});

/** What of an address may be shown: recipients of mail, the host of a URL. */
export const shownAddress = (given: Address): string =>
  given.kind === "email" ? given.to.join(", ") : new URL(given.url).host;

const timeoutMs = 10_000;
const maxBytes = 64 * 1024;

/**
 * Sends a message once; null when the other side has taken it, otherwise a sentence that says who did not. The id is
 * the same for every try, so that a receiver can tell a repeat (`webhook-id`, Message-ID).
 */
export async function sendMessage(
  { address: to }: OpenChannel,
  id: string,
  message: Message,
): Promise<string | null> {
  if (to.kind === "email") return sendByMail(to.to, id, message);
  const host = new URL(to.url).host;
  const body = to.kind === "slack" ? slackBody(message) : httpBody(message);
  const signed = to.kind === "http" ? signWebhook(to.secret, id, body) : {};
  const headers = { "content-type": "application/json", "user-agent": "Rollcall", ...signed };
  try {
    const { status } = await sharedFetch(to.url, { method: "POST", headers, body, timeoutMs, maxBytes });
    return status >= 200 && status < 300 ? null : `${host} answered ${status}.`;
  } catch (error) {
    return troubleOf(error, host);
  }
}

async function sendByMail(to: string[], id: string, message: Message): Promise<string | null> {
  try {
    await sendMail({ to, subject: message.subject.slice(0, 200), text: mailText(message), id });
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message.slice(0, 200) : "no detail";
    return /^This server/.test(said) ? said : `The mail server did not take it: ${said}`;
  }
}

function troubleOf(error: unknown, host: string): string {
  if (!(error instanceof GiveUp || error instanceof RetryLater)) throw error;
  if (error.reason === "crm_timeout") return `${host} did not answer within ${timeoutMs / 1000} seconds.`;
  if (error.reason === "crm_address_blocked")
    return `${error.detail} is an address that outgoing calls may not reach. OUTBOUND_ALLOW can allow it.`;
  const why = error.detail?.replace(`${host}: `, "") ?? "no detail";
  return `${host} could not be reached (${why}).`;
}
