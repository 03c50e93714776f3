import { afterEach, beforeEach, expect, test } from "vitest";
import { createOutbound } from "../../http/outbound.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { activecampaign } from "./activecampaign.ts";

let sandbox: Sandbox;
const outbound = createOutbound({ allow: "127.0.0.0/8" });
beforeEach(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 1 });
});
afterEach(() => sandbox.close());

/** Registers a webhook with this URL, and says what the test of the connection tells about it. */
async function tested(url: string) {
  const client = activecampaign.open({
    baseUrl: sandbox.url,
    credentials: { apiToken: sandbox.apiToken },
    sideload: "yes",
    acquire: async () => undefined,
    pause: async () => undefined,
    learnedSideload: () => undefined,
    fetch: (to, init) => outbound.fetch(to, { timeoutMs: 5_000, ...init }),
  });
  const wanted = {
    events: ["update", "subscribe"],
    sources: ["admin", "api"],
    listId: null,
    url,
    label: "connection 1",
  };
  const { id } = await client.register(wanted, null);
  const { ok, checks } = await client.test({ returnPasswordField: null, webhook: { url, id } });
  const { name, status, detail } = checks.at(-1) ?? {};
  return { ok, name, status, detail };
}

test.each(["https://members.example/hooks/k1/update", "https://members.example:443/hooks/k1/update"])(
  "a webhook at %s can be called",
  async (url) => {
    expect(await tested(url)).toEqual({
      ok: true,
      name: "webhook",
      status: "ok",
      detail: "2 events, 2 sources",
    });
  },
);

test.each([
  ["http://localhost:3000", "/hooks/k1/update"],
  ["http://members.example", "/hooks/k1/update"],
  ["https://members.example:8443", "/hooks/k1/update"],
])(
  "a webhook at %s, where ActiveCampaign does not call, is a warning and no failure",
  async (origin, path) => {
    expect(await tested(origin + path)).toEqual({
      ok: true,
      name: "webhook",
      status: "warn",
      detail: `ActiveCampaign calls only https on port 443, not ${origin}. Set PUBLIC_URL to such an address of this server`,
    });
  },
);
