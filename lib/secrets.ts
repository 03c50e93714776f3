import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from "node:crypto";

const aesKey = (secret: string) => createHash("sha256").update(secret).digest();

/** Seals text with AES-256-GCM under a key kept outside the database: version byte, nonce, tag, ciphertext. */
export function seal(secret: string, text: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", aesKey(secret), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.from([1]), nonce, cipher.getAuthTag(), sealed]);
}

/** Opens what `seal` made; throws when the key is another one or a byte was changed. */
export function unseal(secret: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== 1) throw new Error("A sealed secret has an unknown version. Was ENCRYPTION_KEY changed?");
  const decipher = createDecipheriv("aes-256-gcm", aesKey(secret), bytes.subarray(1, 13));
  decipher.setAuthTag(bytes.subarray(13, 29));
  return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString("utf8");
}

/** The same where another key is expected now and then: null when this one does not open it. */
export function unsealIfOurs(secret: string, sealed: Uint8Array): string | null {
  try {
    return unseal(secret, sealed);
  } catch {
    return null;
  }
}

/** SHA-256 in hex: how keys and tokens of 128 random bits or more are stored. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A hash that only the holder of `secret` can make or check, so that even short text cannot be guessed from it. */
export const keyedHash = (secret: string, text: string): string =>
  createHmac("sha256", aesKey(secret)).update(text).digest("hex");

/** Whether two secrets are the same text, in a time that tells nothing about where they differ. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const noLookAlikes = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

const drawn = (alphabet: string, length: number) =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");

/** A new access key: `rck_` and 26 base62 characters, 154 random bits. */
export const newAccessKey = (): string => `rck_${drawn(base62, 26)}`;

/** A new API token: `rct_` and 32 base62 characters, 190 random bits. */
export const newApiToken = (): string => `rct_${drawn(base62, 32)}`;

/** A one-time token for links: 43 base62 characters, 256 random bits. */
export const newLinkToken = (): string => drawn(base62, 43);

/** A password of 16 characters without 0, O, 1, l, I or o; about 92 random bits. */
export const newPassword = (): string => drawn(noLookAlikes, 16);

/** A secret that signs outgoing webhooks: `whsec_` and 32 random bytes in base64 (Standard Webhooks). */
export const newSigningSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** A key that signs outgoing webhooks by ed25519: `whsk_` and 32 random bytes in base64 (Standard Webhooks). */
export const newSigningKey = (): string => `whsk_${randomBytes(32).toString("base64")}`;
