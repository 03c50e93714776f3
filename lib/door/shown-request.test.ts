import { expect, test } from "vitest";
import { readRollcallAddress } from "./dialects/rollcall.ts";
import { readWpFusionAddress } from "./dialects/wp-fusion.ts";
import type { ReadAddress } from "./envelope.ts";
import { readForm } from "./pairs.ts";
import { shownRequest } from "./shown-request.ts";

const key = "rck_IWOeJnuNrkERXQXlbRHwICcfId";
const escaped = key.replaceAll("_", "%5F");

function shown(read: ReadAddress, path: string, query: string, headers: [string, string][] = []): string {
  const address = read(path, query, readForm(query));
  if (!address) throw new Error("The dialect did not know its own URL.");
  const request = { method: "POST", target: path, headers, contentType: "", remoteAddress: "::1" };
  const body = async () => ({ bytes: Buffer.alloc(0), problem: null });
  return JSON.stringify(shownRequest({ ...request, body }, address));
}

test.each([
  ["the query of a native URL", readRollcallAddress, `/hooks/${key}/update`, `x=${key}&contact_id=42`],
  ["an escaped copy in the query", readRollcallAddress, `/hooks/${key}/update`, `x=${escaped}`],
  ["a second parameter", readWpFusionAddress, "/", `wpf_action=update&access_key=${key}&old=${key}`],
  ["a parameter with an escaped name", readWpFusionAddress, "/", `wpf_action=update&access%5Fkey=${escaped}`],
])("the access key is hidden in %s", (_where, read, path, query) => {
  expect(shown(read, path, query)).not.toContain(key);
  expect(shown(read, path, query)).not.toContain(escaped);
});

test("the access key is hidden in headers, escaped or not, and the rest is kept", () => {
  const headers: [string, string][] = [
    ["Referer", `https://example.com/hooks/${key}/update`],
    ["X-Original-Url", `/hooks/${escaped}/update`],
  ];
  const text = shown(readRollcallAddress, `/hooks/${key}/update`, "role=gold&note=a%20b", headers);
  expect(text).not.toContain(key);
  expect(text).not.toContain(escaped);
  expect(text).toContain("https://example.com/hooks/hidden/update");
  expect(text).toContain("role=gold&note=a%20b");
});

test.each([
  ["Authorization", "Proxy-Authorization", "X-Authorization", "X-Auth", "X-Auth-Key", "X-Authentication"],
  ["Api-Key", "apikey", "API_KEY", "X-Api-Key", "Ocp-Apim-Subscription-Key", "Access-Key", "Auth-Key"],
  ["Token", "Api-Token", "Access-Token", "Csrf-Token", "X-Gitlab-Token", "X-Token-Value"],
  ["Secret", "Client-Secret", "X-Webhook-Secret", "Password", "Cookie"],
])("credentials are hidden under names such as %s", (...names) => {
  for (const name of names) {
    const text = shown(readRollcallAddress, `/hooks/${key}/update`, "", [[name, "s3same-0pen"]]);
    expect([name, text.includes("s3same-0pen")]).toEqual([name, false]);
    expect(text).toContain(name);
  }
});

test("headers that are no credentials are kept, signatures and keys of another sense too", () => {
  const names = [
    "X-Signature",
    "X-Hub-Signature-256",
    "Webhook-Signature",
    "Idempotency-Key",
    "Content-Type",
  ];
  for (const name of [...names, "Sec-WebSocket-Key", "User-Agent", "Author", "X-Forwarded-For"]) {
    const text = shown(readRollcallAddress, `/hooks/${key}/update`, "", [[name, "plain-value"]]);
    expect([name, text.includes("plain-value")]).toEqual([name, true]);
  }
});
