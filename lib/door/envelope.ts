import type { Pairs } from "./pairs.ts";

/** The largest body the door takes, in bytes. */
export const maxBodyBytes = 1024 * 1024;

/**
 * A request as an adapter hands it over. `body` resolves with the raw bytes, or says why there are none; it asks `hold`
 * before it keeps so many bytes more. Of a longer body it keeps the first `most` bytes, and drops the rest as it comes.
 */
export type DoorRequest = {
  method: string;
  /** Path and query as sent, percent-escapes untouched. */
  target: string;
  headers: [string, string][];
  contentType: string;
  remoteAddress: string;
  body(hold: Hold, most: number): Promise<BodyRead>;
};

export type Hold = (bytes: number) => boolean;

/** A piece of a body as far as it is kept: a copy where it is shorter, since a part keeps the whole piece alive. */
export const firstBytes = <Chunk extends Uint8Array>(chunk: Chunk, most: number): Chunk | Buffer =>
  chunk.length <= most ? chunk : Buffer.from(chunk.subarray(0, most));

export type BodyRead =
  | { bytes: Buffer; problem: null }
  | { bytes: null; problem: "too_large" | "broken" | "full" };

/** What the door answers; adapters write it as JSON. It is counted by `outcome`, or by its status. */
export type DoorAnswer = {
  status: number;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
  outcome?: "full" | "too_large" | "broken";
};

/** What a URL says, in any dialect. */
export type Address = {
  dialect: "rollcall" | "wp-fusion";
  key: string;
  action: string;
  query: Pairs;
  /** Path and query as they are kept, the key hidden. */
  shownPath: string;
  shownQuery: string;
};

/** A dialect reads the URLs of its own form and leaves all others; one file each, plus one line in receive. */
export type ReadAddress = (path: string, query: string, pairs: Pairs) => Address | null;

/** The word that stands where a secret was. */
export const hidden = "hidden";

/** Text as PostgreSQL can store it: no NUL, no half surrogates, at most `max` characters. */
export function storable(text: string, max: number): string {
  const cut = text.length > max ? text.slice(0, max) : text;
  return cut.isWellFormed() && !cut.includes("\0") ? cut : cut.replaceAll("\0", "").toWellFormed();
}

/** Names under which credentials are sent; a signature proves and opens nothing, so it is kept. */
const secretHeader = new RegExp(
  [
    "cookie",
    ".*(authorization|token|secret|password)",
    ".*(api|access|auth|subscription)[-_]?key",
    "x-auth.*",
    "x-.*(secret|token|key).*",
  ]
    .map((name) => `^${name}$`)
    .join("|"),
  "i",
);

/** Keys have 6 to 128 characters; anything else that stood in a key's place is no secret. */
const isKeyLong = (key: string): boolean => key.length >= 6 && key.length <= 128;

/** Puts the word "hidden" wherever the access key stands in a text, as it is or percent-escaped in any part. */
export function hidingKey(key: string): (text: string) => string {
  if (!isKeyLong(key)) return (text) => text;
  let anyForm: RegExp | undefined;
  return (text) => {
    const plain = text.includes(key) ? text.replaceAll(key, hidden) : text;
    if (!plain.includes("%")) return plain;
    anyForm ??= new RegExp([...Buffer.from(key)].map(byteInAnyForm).join(""), "g");
    return plain.replace(anyForm, hidden);
  };
}

function byteInAnyForm(byte: number): string {
  const [high, low] = [...byte.toString(16).padStart(2, "0")].map(
    (digit) => `[${digit}${digit.toUpperCase()}]`,
  );
  const literal = /[A-Za-z0-9_-]/.test(String.fromCharCode(byte)) ? `${String.fromCharCode(byte)}|` : "";
  return `(?:${literal}%${high}${low})`;
}

/** Headers as they are kept: credentials, and the access key wherever it shows, are replaced by the word "hidden". */
export function shownHeaders(
  headers: [string, string][],
  hide: (text: string) => string,
): [string, string][] {
  return headers.slice(0, 100).map(([name, value]) => {
    const shown = secretHeader.test(name) ? hidden : hide(value);
    return [storable(name, 200), storable(shown, 2000)];
  });
}
