import { env } from "../env.ts";
import { processWide } from "../process-wide.ts";
import { callerAddress } from "./address.ts";

/**
 * The header in which server.ts notes the caller's address for the routes behind it. Its name is drawn anew by every
 * process, so that no caller can send it.
 */
export const addressHeader = (): string =>
  processWide("address-header", () => `x-caller-${crypto.randomUUID()}`);

/** The caller's address as a route sees it: noted by server.ts, or as Next itself found it when it runs alone. */
export function addressOf(headers: Headers): string {
  const noted = headers.get(addressHeader());
  const forwarded = headers.get("x-forwarded-for");
  return noted ?? callerAddress(forwarded?.split(",").at(-1)?.trim(), forwarded, env().TRUST_PROXY);
}

/**
 * The origin under which the caller opened Rollcall, without a slash at its end: PUBLIC_URL when the host matches it,
 * else the Host header as it came. A proxy's forwarded host counts only with TRUST_PROXY.
 */
export function openedOrigin(headers: Headers): string {
  const { publicUrl, TRUST_PROXY } = env();
  const forwarded = TRUST_PROXY ? headers.get("x-forwarded-host") : null;
  const host = forwarded ?? headers.get("host");
  if (!host || new URL(publicUrl).host === host) return publicUrl;
  const secure = TRUST_PROXY && headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
  return `${secure ? "https" : "http"}://${host}`;
}

/**
 * The origin that URLs for other machines begin with, without a slash at its end: PUBLIC_URL where the environment
 * names it, since a CRM may not reach the address that the caller uses; else the address under which the caller opened
 * Rollcall.
 */
export function publicOrigin(headers: Headers): string {
  const { publicUrl, publicUrlGiven } = env();
  return publicUrlGiven ? publicUrl : openedOrigin(headers);
}

/** Whether a browser's request was made by a page of this same site; false when it carries no evidence. */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = headers.get("origin");
  if (origin === null) return site === "same-origin";
  const opened = openedOrigin(headers);
  return URL.canParse(origin) && URL.canParse(opened) && new URL(origin).host === new URL(opened).host;
}
