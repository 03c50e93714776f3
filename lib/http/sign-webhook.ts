import { createHmac } from "node:crypto";

/**
 * The headers of the Standard Webhooks form: an id that stays the same over retries, the time of this try in unix
 * seconds, and HMAC-SHA256 of `id.timestamp.body` under the bytes of a `whsec_` secret.
 * With several secrets, as while one is exchanged, there is a signature for each.
 */
export function signWebhook(
  secret: string | readonly string[],
  id: string,
  body: string,
  at: Date = new Date(),
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = [secret].flat().map((each) => {
    const key = Buffer.from(each.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
