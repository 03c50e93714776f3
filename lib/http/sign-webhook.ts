import { createHmac } from "node:crypto";

/**
 * The headers of the Standard Webhooks form: an id that stays the same over retries, the time of this try in unix
 * seconds, and HMAC-SHA256 of `id.timestamp.body` under the bytes of a `whsec_` secret.
 */
export function signWebhook(
  secret: string,
  id: string,
  body: string,
  at: Date = new Date(),
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
