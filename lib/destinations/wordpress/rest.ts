import { GiveUp, RetryLater } from "../../errors.ts";
import { readRetryAfter } from "../../http/retry-after.ts";
import { callDestination, refuseOverload } from "../call.ts";
import { whyNotSignedIn } from "./diagnose.ts";
import { learn, type Site } from "./site.ts";

/** One call to the REST API: `path` as in WordPress's handbook, such as `/wp/v2/users/7`. */
export type Call = {
  method: "GET" | "POST" | "DELETE";
  path: string;
  query?: readonly (readonly [string, string])[];
  body?: Record<string, unknown>;
};

/** What WordPress said: its JSON, or a refusal with its own code. What concerns the whole site is thrown. */
export type Reply = { ok: true; json: unknown; headers: Headers } | Refusal;
export type Refusal = { ok: false; status: number; code: string; message: string; params: string[] };

type Answer = Awaited<ReturnType<typeof callDestination>>;

/** The address of a call: pretty, or by query where the server does not rewrite URLs. */
function restUrl(site: Site, call: Call, route: "pretty" | "query"): string {
  const query = (call.query ?? []).map(([name, value]) => [name, value]);
  const params = new URLSearchParams(route === "query" ? [["rest_route", call.path], ...query] : query);
  const path = route === "query" ? "/" : `/wp-json${call.path}`;
  return `${site.settings.url}${path}${params.size > 0 ? `?${params}` : ""}`;
}

/**
 * Makes one call and tells every way a WordPress fails from the others (its REST handbook, and what was seen of 6.1):
 * duplicates come as HTTP 500 with a code, maintenance as 503, firewalls and captchas as web pages.
 */
export async function callSite(site: Site, call: Call): Promise<Reply> {
  const answer = await send(site, call);
  const json = parse(answer.text);
  if (json !== undefined && answer.status < 300) {
    if (call.path.startsWith("/wp/v2/users")) learn(site, { signedIn: "yes" });
    return { ok: true, json, headers: answer.headers };
  }
  if (isRefusal(json)) return readRefusal(site, answer, json);
  throw readPage(site, answer);
}

/** A site without URL rewriting answers a web page for /wp-json; it is asked the other way, and that is kept. */
async function send(site: Site, call: Call): Promise<Answer> {
  const route = site.learned.route === "query" ? "query" : "pretty";
  const first = await sendBy(site, call, route);
  const isMissingPage = first.status === 404 && parse(first.text) === undefined;
  if (!isMissingPage || route === "query") return first;
  const second = await sendBy(site, call, "query");
  if (parse(second.text) === undefined) return first;
  learn(site, { route: "query" });
  return second;
}

const sendBy = (site: Site, call: Call, route: "pretty" | "query"): Promise<Answer> =>
  callDestination(site.host, restUrl(site, call, route), {
    method: call.method,
    headers: {
      Authorization: site.authorization,
      Accept: "application/json",
      "Cache-Control": "no-cache",
      "User-Agent": "Rollcall",
      ...(call.body ? { "Content-Type": "application/json" } : {}),
    },
    body: call.body && JSON.stringify(call.body),
  });

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

type WpError = { code: string; message?: unknown; data?: unknown };
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isRefusal = (json: unknown): json is WpError => isObject(json) && typeof json.code === "string";

/** Codes with which security plug-ins close the REST API, or take the users out of it. */
const closed = /^rest_(disabled|api_disabled|no_route)$/;
const databaseFailed = /^(internal_server_error|wp_die|db_\w+_error|rest_meta_database_error)$/;

async function readRefusal(site: Site, answer: Answer, json: WpError): Promise<Refusal> {
  const message = plain(String(json.message ?? ""));
  const { code } = json;
  if (answer.status === 503 && /maintenance/i.test(message)) throw maintenance(answer);
  refuseOverload(answer);
  if (closed.test(code)) throw new GiveUp("site_api_off", { detail: code });
  if (answer.status === 401) throw await whyNotSignedIn(site, code);
  // A refusal that names no status of its own comes as HTTP 500; only those with one mean that WordPress failed.
  const failed = answer.status >= 500 && answer.status !== 501;
  if (failed && (databaseFailed.test(code) || isObject(json.data)))
    throw new RetryLater("site_failed", { detail: message || `HTTP ${answer.status}` });
  return { ok: false, status: answer.status, code, message, params: paramsOf(json.data) };
}

/** The parameters that were refused, each with the code inside: `username rest_user_invalid_username`. */
function paramsOf(data: unknown): string[] {
  if (!isObject(data) || !isObject(data.params)) return [];
  const details = isObject(data.details) ? data.details : {};
  return Object.keys(data.params).map((name) => {
    const detail = details[name];
    return isObject(detail) && typeof detail.code === "string" ? `${name} ${detail.code}` : name;
  });
}

/** What an answer that is no JSON means. */
function readPage(site: Site, answer: Answer): Error {
  const { status, text, headers } = answer;
  const detail = `HTTP ${status}`;
  if (status >= 300 && status < 400) return readRedirect(site, headers.get("location"));
  if (status === 503 && /maintenance/i.test(text)) return maintenance(answer);
  refuseOverload(answer);
  const printed = /<b>(Warning|Notice|Deprecated|Parse error|Fatal error)<\/b>/.exec(text)?.[1];
  if (printed) return new RetryLater("site_failed", { detail: `PHP printed a “${printed}” into its answer` });
  if (status >= 500) return new RetryLater("site_failed", { detail });
  if (status === 404 && !isChallenge(text)) return new GiveUp("site_api_off", { detail });
  if (text.trim() === "") return new RetryLater("site_unexpected", { detail: `${detail}, nothing in it` });
  return new RetryLater("site_web_page", { detail });
}

const isChallenge = (text: string) => /captcha|challenge|security check/i.test(text);
/** WordPress always asks for ten minutes, and an update takes seconds. */
const maintenance = ({ headers }: Answer) =>
  new RetryLater("site_maintenance", { retryAfterSeconds: Math.min(readRetryAfter(headers) ?? 60, 60) });

/** To another address of the site: a person has to correct it. To a page of the same one: a firewall at work. */
function readRedirect(site: Site, location: string | null): Error {
  const from = new URL(site.settings.url);
  const to = location === null ? null : URL.parse(location, from);
  const detail = to ? `${to.origin}${to.pathname}`.replace(/\/wp-json\/.*$/, "") : "nowhere";
  return to && to.origin !== from.origin
    ? new GiveUp("site_moved", { detail })
    : new RetryLater("site_web_page", { detail: `a redirect to ${detail}` });
}

/** A message without tags and entities, short enough for a sentence. */
export const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, "")
    .replace(/&#0?39;|&#8217;/g, "’")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 200);
