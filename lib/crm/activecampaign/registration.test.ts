import { afterEach, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { openAccount } from "./testing.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 1 });
});
afterEach(() => sandbox.close());

const url = "https://members.example/hooks/k1/update";
const wanted = { events: ["update"], sources: ["admin"], listId: null, url, label: "connection 1" };

test.each([
  [{}, true],
  [{ state: "active" }, true],
  [{ state: null, status: "", active: null }, true],
  [{ status: "active" }, true],
  [{ status: "1" }, true],
  [{ active: "1" }, true],
  [{ active: true, status: { code: 1 } }, true],
  [{ state: "inactive" }, false],
  [{ state: 0 }, false],
  [{ status: "Inactive" }, false],
  [{ active: "0" }, false],
  [{ active: 0 }, false],
  [{ active: false }, false],
  [{ state: "active", active: "0" }, false],
])("a webhook with %j is active: %s", async (said, active) => {
  const { events, sources } = wanted;
  const webhook = { id: "1", name: "Hook", url, events, sources, listid: "0", links: [], ...said };
  const { client } = openAccount(sandbox, "no", ({ name }) =>
    name === "GET webhooks"
      ? { status: 200, json: { webhooks: [webhook], meta: { total: "1" } } }
      : undefined,
  );
  expect(await client.registered(wanted, "1")).toMatchObject({ id: "1", active });
});
