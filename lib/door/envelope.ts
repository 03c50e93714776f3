import type { Pairs } from "./pairs.ts";

/** A request as an adapter hands it over. `body` resolves with the raw bytes, or says why there are none. */
export type DoorRequest = {
  method: string;
  /** Path and query as sent, percent-escapes untouched. */
  target: string;
  headers: [string, string][];
  contentType: string;
  remoteAddress: string;
  body(): Promise<BodyRead>;
};

export type BodyRead = { bytes: Buffer; problem: null } | { bytes: null; problem: "too_large" | "broken" };

/** What the door answers; adapters write it as JSON. */
export type DoorAnswer = { status: number; body: Record<string, unknown>; headers?: Record<string, string> };

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
export const storable = (text: string, max: number): string =>
  text.slice(0, max).replaceAll("\0", "").toWellFormed();

const secretHeader =
  /^(authorization|proxy-authorization|cookie|x-api-key|api-token|x-.*(secret|token|key).*)$/i;

/** Headers as they are kept: credentials, and the access key wherever it shows, are replaced by the word "hidden". */
export function shownHeaders(headers: [string, string][], key: string): [string, string][] {
  return headers.slice(0, 100).map(([name, value]) => {
    const shown = secretHeader.test(name) ? hidden : key === "" ? value : value.replaceAll(key, hidden);
    return [storable(name, 200), storable(shown, 2000)];
  });
}
