import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { startSandbox } from "#lib/sandbox/sandbox.ts";
import { runTraffic } from "#lib/sandbox/traffic.ts";

/** `npm run demo`: Rollcall with a pretend ActiveCampaign account beside it, and a stream of believable traffic. */
const port = process.env.PORT || "3000";
const sandboxPort = Number(process.env.SANDBOX_PORT || 4010);
const token = randomBytes(24).toString("base64url");
const key = "demo-key-0123456789-abcdef";
const owner = { ADMIN_EMAIL: "owner@rollcall.example", ADMIN_PASSWORD: "look-around-freely" };

Object.assign(process.env, {
  ...owner,
  PORT: port,
  DATA_DIR: process.env.DATA_DIR || ".data/demo",
  OUTBOUND_ALLOW: "127.0.0.0/8",
  ROLLCALL_API_TOKEN: token,
});

const sandbox = await startSandbox({ port: sandboxPort, contacts: 250 });
await import("../server.ts");
const base = `http://127.0.0.1:${port}`;
await ready();
const urls = await connect();
console.log(
  `Sign in as ${owner.ADMIN_EMAIL} with ${owner.ADMIN_PASSWORD}. The pretend CRM is at ${sandbox.url}.`,
);
await runTraffic({
  sandboxUrl: sandbox.url,
  webhookUrls: urls,
  perSecond: 1,
  signal: new AbortController().signal,
});

async function ready(): Promise<void> {
  for (;;) {
    const healthy = await fetch(`${base}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (healthy) return;
    await sleep(200);
  }
}

async function api(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${base}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** Connects the sandbox on the first demo; later ones find the connection and its key. */
async function connect(): Promise<string[]> {
  const { items } = (await (await api("GET", "/connections")).json()) as { items: { id: string }[] };
  const connectionId = items[0]?.id ?? (await makeConnection());
  await api("POST", "/access-keys", { connectionId, name: "Welcome series", key });
  return ["add", "update", "update_tags"].map((action) => `${base}/hooks/${key}/${action}`);
}

async function makeConnection(): Promise<string> {
  const answer = await api("POST", "/connections", {
    name: "Oakline",
    kind: "activecampaign",
    baseUrl: sandbox.url,
    credentials: { apiToken: sandbox.apiToken },
    mode: "automation",
    defaultRole: "subscriber",
    returnPasswordField: "member_password",
    fieldMap: [{ from: "site_role", to: "role" }],
  });
  return ((await answer.json()) as { id: string }).id;
}
