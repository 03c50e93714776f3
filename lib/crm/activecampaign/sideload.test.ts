import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { type Asked, openAccount } from "./testing.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 3 });
});
afterEach(() => sandbox.close());

const refusing =
  (status: number) =>
  ({ query }: Asked) =>
    query.has("include") ? { status, json: { message: "Could not process request" } } : undefined;
const expects = { returnPasswordField: null, webhook: null };
const changes = { since: new Date(0), offset: null, position: "0" };

describe.each([400, 404, 409, 422, 500, 503])("an account that answers the sideload with %i", (status) => {
  test("is read by the documented calls, and not asked for it again", async () => {
    const { client, asked, learned } = openAccount(sandbox, "unknown", refusing(status));
    const loaded = await client.load(["1", "2"]);
    expect([...loaded.values()].map((each) => each.status)).toEqual(["found", "found"]);
    expect(learned).toEqual(["no"]);
    asked.length = 0;
    await client.load(["3"]);
    expect(asked).toEqual(["GET contacts/3", "GET contacts/3/contactTags"]);
  });

  test("tells its changes, and finds by e-mail", async () => {
    const email = sandbox.state.contacts.get(2)?.email ?? "";
    const changed = await openAccount(sandbox, "unknown", refusing(status)).client.changed(changes);
    expect(changed.contacts.map(({ id }) => id)).toEqual(["1", "2", "3"]);
    const { client } = openAccount(sandbox, "unknown", refusing(status));
    expect(await client.findByEmail(email)).toMatchObject({ status: "found", contact: { id: "2" } });
  });

  test("is slow in a test, and not wrong", async () => {
    const report = await openAccount(sandbox, "unknown", refusing(status)).client.test(expects);
    expect(report).toMatchObject({ ok: true, sideload: "no" });
    expect(report.checks.find(({ name }) => name === "sideload")).toMatchObject({ status: "warn" });
  });
});

test("an account that sends null for what it has none of is read all the same", async () => {
  const { client } = openAccount(sandbox, "unknown", ({ query }) =>
    query.has("include")
      ? {
          status: 200,
          json: {
            contacts: [{ id: 1, email: "a@example.com", contactTags: null }],
            contactTags: null,
            tags: null,
          },
        }
      : undefined,
  );
  expect((await client.load(["1"])).get("1")).toMatchObject({ status: "found" });
});

describe("an account that is away", () => {
  test("is not remembered as one without the sideload", async () => {
    sandbox.control.fault("500", 99);
    const { client, learned } = openAccount(sandbox, "unknown");
    await expect(client.load(["1"])).rejects.toMatchObject({ reason: "crm_server_error" });
    expect(learned).toEqual([]);
    sandbox.control.clearFaults();
    expect((await client.load(["1"])).get("1")).toMatchObject({ status: "found" });
    expect(learned).toEqual(["yes"]);
  });

  test("for the one call with the sideload is asked again", async () => {
    sandbox.control.fault("500", 1);
    const { client, learned } = openAccount(sandbox, "unknown");
    expect((await client.load(["1"])).get("1")).toMatchObject({ status: "found" });
    expect(learned).toEqual(["yes"]);
  });

  test("is away where the sideload has worked, also in a test", async () => {
    const { client, learned } = openAccount(sandbox, "yes", refusing(500));
    await expect(client.load(["1"])).rejects.toMatchObject({ reason: "crm_server_error" });
    expect(await client.test(expects)).toMatchObject({ ok: false, sideload: "yes" });
    expect(learned).toEqual([]);
  });
});
