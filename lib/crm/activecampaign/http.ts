import { GiveUp, RetryLater } from "../../errors.ts";
import { readRetryAfter } from "../../http/retry-after.ts";
import type { FetchAnswer, Opened } from "../contract.ts";

/** One call to API v3. `query` is in wire order, because `ids[]` repeats. */
export type Call = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  query?: readonly (readonly [string, string])[];
  body?: unknown;
  /** The caller has awaited the account's budget for this call already. */
  slotTaken?: boolean;
};

/**
 * What the account answered: its JSON, or that it has no such thing (404), or why it refused the body (422 by the
 * reference; 400 and 409 are met as well where something is there already).
 */
export type Reply =
  | { status: "ok"; json: unknown }
  | { status: "missing"; message: string }
  | { status: "refused"; message: string };

/** What a 429 without Retry-After costs; the documented limit is per second, so a few seconds are plenty. */
const silenceSeconds = 10;

/**
 * Makes one call within the account's budget and turns every way it can fail into a named reason (ActiveCampaign's API
 * documentation; it has no common error envelope).
 */
export async function callApi(host: Opened, call: Call): Promise<Reply> {
  if (!call.slotTaken) await host.acquire();
  const query = new URLSearchParams((call.query ?? []).map(([name, value]) => [name, value]));
  const answer = await host.fetch(`${host.baseUrl}/api/3/${call.path}${query.size > 0 ? `?${query}` : ""}`, {
    method: call.method,
    headers: {
      "Api-Token": host.credentials.apiToken ?? "",
      Accept: "application/json",
      ...(call.body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
  });
  if (answer.status === 429) {
    const retryAfterSeconds = readRetryAfter(answer.headers) ?? silenceSeconds;
    await host.pause(retryAfterSeconds);
    throw new RetryLater("crm_rate_limited", { retryAfterSeconds });
  }
  return readAnswer(call, answer);
}

/** The same, for calls where only success will do; GiveUp("crm_bad_request") with what the account said otherwise. */
export async function askApi(host: Opened, call: Call): Promise<unknown> {
  const reply = await callApi(host, call);
  if (reply.status === "ok") return reply.json;
  throw new GiveUp("crm_bad_request", { detail: reply.message });
}

function readAnswer(call: Call, answer: FetchAnswer): Reply {
  const { status, text } = answer;
  if (status >= 500) {
    throw new RetryLater("crm_server_error", {
      detail: `HTTP ${status}`,
      retryAfterSeconds: readRetryAfter(answer.headers),
    });
  }
  if (status >= 300 && status < 400)
    throw new RetryLater("crm_unexpected", { detail: `HTTP ${status}, a redirect` });
  const json = parse(text);
  const isPage = json === undefined && isWebPage(answer);
  const message = readMessage(json) ?? (isPage ? "" : text.trim().slice(0, 200));
  if (status === 402) throw new GiveUp("crm_payment_required", { detail: message || "HTTP 402" });
  if (isPage) throw new RetryLater("crm_not_json", { detail: `HTTP ${status}` });
  if (status < 300) return readSuccess(call, text, json);
  if (status === 404) return { status: "missing", message: message || "HTTP 404" };
  if (status === 400 || status === 409 || status === 422)
    return { status: "refused", message: message || `HTTP ${status}` };
  if (status === 401) throw new GiveUp("crm_token_refused", { detail: message });
  if (status === 403) throw forbidden(call, message);
  throw new GiveUp("crm_bad_request", { detail: message || `HTTP ${status}` });
}

/** The label alone says nothing: PHP puts text/html on whatever names no type, empty answers among it. */
function isWebPage({ headers, text }: FetchAnswer): boolean {
  const said = text.trim();
  return said.startsWith("<") || (said !== "" && /text\/html/i.test(headers.get("content-type") ?? ""));
}

/** Most endpoints answer 403 to a wrong token as well; only some say that a permission is what is missing. */
function forbidden(call: Call, message: string): GiveUp {
  const isPermission = /permission/i.test(message) || (call.method !== "GET" && /forbidden/i.test(message));
  return isPermission
    ? new GiveUp("crm_forbidden", { detail: message })
    : new GiveUp("crm_token_refused", { detail: message });
}

function readSuccess(call: Call, text: string, json: unknown): Reply {
  if (text.trim() === "") {
    if (call.method === "DELETE") return { status: "ok", json: {} };
    throw new RetryLater("crm_empty_answer", { detail: `${call.method} ${call.path}` });
  }
  if (json === undefined || typeof json !== "object" || json === null)
    throw new RetryLater("crm_unexpected", { detail: "not JSON" });
  const failure = readSoftFailure(json);
  if (failure !== null) throw new GiveUp("crm_bad_request", { detail: failure });
  return { status: "ok", json };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Some endpoints answer 200 with the failure inside: v1's `result_code`, `success`, `succeeded`, or bare errors. */
function readSoftFailure(json: object): string | null {
  if (!isObject(json)) return null;
  const failed = [json.result_code, json.success, json.succeeded].some(
    (flag) => flag === 0 || flag === "0" || flag === false,
  );
  const hasErrors = (Array.isArray(json.errors) && json.errors.length > 0) || typeof json.error === "string";
  return failed || hasErrors ? (readMessage(json) ?? "HTTP 200 with a failure inside") : null;
}

/** What the account said, in whichever of its five error shapes. */
export function readMessage(json: unknown): string | null {
  if (!isObject(json)) return null;
  const first = Array.isArray(json.errors) ? json.errors[0] : undefined;
  const failure = Array.isArray(json.failureReasons) ? json.failureReasons[0] : undefined;
  const said = [
    ...(isObject(first) ? [first.detail, first.title] : [first]),
    isObject(failure) ? failure.failureReason : undefined,
    json.message,
    json.result_message,
    json.error,
  ].find((text) => typeof text === "string" && text.trim() !== "");
  return typeof said === "string" ? said.trim().slice(0, 200) : null;
}
