import { expect, test } from "vitest";
import { GiveUp, RetryLater } from "../../errors.ts";
import type { Opened } from "../contract.ts";
import { type Call, callApi, readMessage } from "./http.ts";

const read: Call = { method: "GET", path: "contacts/1" };
const html = { "content-type": "text/html; charset=UTF-8" };
const write: Call = { method: "POST", path: "fieldValues", body: {} };

async function outcome(status: number, text: string, headers: Record<string, string> = {}, call = read) {
  const pauses: number[] = [];
  const host: Opened = {
    baseUrl: "https://crm.example",
    credentials: { apiToken: "t" },
    sideload: "no",
    acquire: async () => undefined,
    pause: async (seconds) => {
      pauses.push(seconds);
    },
    learnedSideload: () => undefined,
    fetch: async () => ({ status, text, headers: new Headers(headers) }),
  };
  try {
    const reply = await callApi(host, call);
    return reply.status === "ok" ? "ok" : `${reply.status}: ${reply.message}`;
  } catch (error) {
    if (error instanceof RetryLater) return `later ${error.reason} ${pauses}`.trim();
    if (error instanceof GiveUp) return `never ${error.reason}: ${error.detail}`;
    throw error;
  }
}

test.each([
  ['{"message":"No Result found for Subscriber with id 1"}', "No Result found for Subscriber with id 1"],
  ['{"errors":[{"title":"Not Found","detail":"Contact not found","status":404}]}', "Contact not found"],
  ['{"errors":[{"title":"Missing attribute","detail":""}]}', "Missing attribute"],
  ['{"error":"bad_request","message":"Wrong field","code":400}', "Wrong field"],
  [
    '{"success":0,"message":"JSON payload did not pass validation","failureReasons":[{"contact":2,"failureReason":"No e-mail"}]}',
    "No e-mail",
  ],
  ['{"result_code":0,"result_message":"Invalid contact ID"}', "Invalid contact ID"],
])("reads what was said in %s", (text, said) => expect(readMessage(JSON.parse(text))).toBe(said));

test.each([
  [200, '{"contact":{}}', {}, read, "ok"],
  [201, "{}", {}, write, "ok"],
  [200, "", {}, { method: "DELETE", path: "webhooks/1" }, "ok"],
  [204, "", {}, { method: "DELETE", path: "webhooks/1" }, "ok"],
  [404, '{"message":"No Result found"}', {}, read, "missing: No Result found"],
  [422, '{"errors":[{"title":"duplicate"}]}', {}, write, "refused: duplicate"],
  [200, " ", {}, read, "later crm_empty_answer"],
  [200, "null", {}, read, "later crm_unexpected"],
  [200, "{half", {}, read, "later crm_unexpected"],
  [200, "<html>", {}, read, "later crm_not_json"],
  [403, "<html>captcha", { "content-type": "text/html" }, read, "later crm_not_json"],
  [404, "<!doctype html>", {}, read, "later crm_not_json"],
  // PHP labels what names no type as a web page.
  [200, '{"contact":{}}', html, read, "ok"],
  [200, "", html, { method: "DELETE", path: "contactTags/1" }, "ok"],
  [200, "", html, read, "later crm_empty_answer"],
  [404, '{"message":"No Result found"}', html, read, "missing: No Result found"],
  [
    403,
    '{"message":"You do not have permission"}',
    html,
    read,
    "never crm_forbidden: You do not have permission",
  ],
  [403, "", html, read, "never crm_token_refused: "],
  [200, "Service busy", html, read, "later crm_not_json"],
  [200, " <html>", { "content-type": "application/json" }, read, "later crm_not_json"],
  [402, "<html>pay</html>", html, read, "never crm_payment_required: HTTP 402"],
  [302, "", { location: "/" }, read, "later crm_unexpected"],
  [502, "<html>", {}, read, "later crm_server_error"],
  [401, "", {}, read, "never crm_token_refused: "],
  [403, '{"message":"Forbidden"}', {}, read, "never crm_token_refused: Forbidden"],
  [403, '{"message":"Forbidden"}', {}, write, "never crm_forbidden: Forbidden"],
  [
    403,
    '{"errors":[{"status":403,"title":"Forbidden","detail":"You do not have permission to view lists."}]}',
    { "content-type": "text/plain" },
    read,
    "never crm_forbidden: You do not have permission to view lists.",
  ],
  [402, "Payment required", {}, read, "never crm_payment_required: Payment required"],
  [400, '{"message":"Bad"}', {}, write, "refused: Bad"],
  [409, '{"message":"Conflict"}', {}, write, "refused: Conflict"],
  [423, '{"message":"Locked"}', {}, read, "never crm_bad_request: Locked"],
  [
    200,
    '{"result_code":0,"result_message":"Invalid contact ID"}',
    {},
    read,
    "never crm_bad_request: Invalid contact ID",
  ],
  [200, '{"succeeded":0}', {}, read, "never crm_bad_request: HTTP 200 with a failure inside"],
  [200, '{"errors":[{"title":"No"}]}', {}, read, "never crm_bad_request: No"],
  [429, "", { "retry-after": "30" }, read, "later crm_rate_limited 30"],
  [429, "<html>", {}, read, "later crm_rate_limited 10"],
  [429, "", { "retry-after": "0" }, read, "later crm_rate_limited 1"],
  [429, "", { "retry-after": "999999" }, read, "later crm_rate_limited 3600"],
  [429, "", { "retry-after": "soon" }, read, "later crm_rate_limited 10"],
  [429, "", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, read, "later crm_rate_limited 1"],
] as const)("HTTP %i %s %j", async (status, text, headers, call, expected) => {
  expect(await outcome(status, text, { ...headers }, call)).toBe(expected);
});
