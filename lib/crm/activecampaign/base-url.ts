import ipaddr from "ipaddr.js";
import { GiveUp } from "../../errors.ts";

const wanted = "paste the URL from Settings > Developer, such as https://yourname.api-us1.com";

const bad = () => new GiveUp("crm_bad_request", { detail: wanted });

/** Only a machine of one's own may be called without TLS: the token travels in a header. */
function isOwnNetwork(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || host.endsWith(".localhost") || host.endsWith(".internal")) return true;
  if (!host.includes(".") && !host.includes(":")) return true;
  return ipaddr.isValid(host) && ipaddr.parse(host).range() !== "unicast";
}

/**
 * The account's base URL as it is kept: with scheme, without `/api/3`, slash or query. GiveUp("crm_bad_request") says
 * what to paste instead.
 */
export function normalizeBaseUrl(input: string): string {
  const text = input.trim();
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  // A bare word is an account's name, not an address.
  if (!hasScheme && !/^localhost\b|[.:]/i.test(text)) throw bad();
  const url = URL.parse(hasScheme ? text : `https://${text}`);
  if (!url || url.username || url.password || !/^https?:$/.test(url.protocol)) throw bad();
  const isLocal = isOwnNetwork(url.hostname);
  if (url.protocol === "http:" && !isLocal) throw bad();
  const path = url.pathname.replace(/\/+$/, "").replace(/\/api(\/3)?$/i, "");
  return `${url.origin}${path.replace(/\/+$/, "")}`;
}

/** The account's name, with which both of ActiveCampaign's host names start; null for other hosts. */
const nameIn = (baseUrl: string): string | null =>
  /^https:\/\/([a-z0-9-]+)\.(api-us\d+|activehosted)\.com(\/|$)/i.exec(baseUrl)?.[1]?.toLowerCase() ?? null;

/** `name.api-us1.com` and `name.activehosted.com` are one account; any other host is one of its own. */
export const accountName = (baseUrl: string): string => nameIn(baseUrl) ?? new URL(baseUrl).host;

/** The contact's page in ActiveCampaign; null for other hosts. */
export function contactUrl(baseUrl: string, contactId: string): string | null {
  const account = nameIn(baseUrl);
  if (!account || !/^\d+$/.test(contactId)) return null;
  return `https://${account}.activehosted.com/app/contacts/${contactId}`;
}
