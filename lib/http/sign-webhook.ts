import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";

/**
 * The headers of the Standard Webhooks form: an id that stays the same over retries, the time of this try in unix
 * seconds, and a signature of `id.timestamp.body`: HMAC-SHA256 (`v1`) under the bytes of a `whsec_` secret, ed25519
 * (`v1a`) under a `whsk_` key. With several secrets, as while one is exchanged, there is a signature for each.
 */
export function signWebhook(
  secret: string | readonly string[],
  id: string,
  body: string,
  at: Date = new Date(),
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = [secret].flat().map((each) => signatureOf(each, `${id}.${timestamp}.${body}`));
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

function signatureOf(secret: string, content: string): string {
  if (secret.startsWith("whsk_"))
    return `v1a,${sign(null, Buffer.from(content), privateKey(secret)).toString("base64")}`;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
}

/** What stands before the 32 bytes of an ed25519 seed in PKCS 8 (RFC 8410). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** A `whsk_` key is the seed, with or without the public key behind it. */
function privateKey(secret: string): KeyObject {
  const seed = Buffer.from(secret.slice("whsk_".length), "base64").subarray(0, 32);
  return createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
}

/** The `whpk_` key with which receivers verify what a `whsk_` key signs; no secret. */
export function publicKeyOf(secret: string): string {
  const { x = "" } = createPublicKey(privateKey(secret)).export({ format: "jwk" });
  return `whpk_${Buffer.from(x, "base64url").toString("base64")}`;
}
