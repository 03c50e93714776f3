import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { alerts } from "#db/schema/alerts.ts";
import { connections } from "#db/schema/connections.ts";
import {
  PATCH as patchChannel,
  DELETE as removeChannel,
} from "../../app/api/v1/alerts/channels/[id]/route.ts";
import { POST as testChannel } from "../../app/api/v1/alerts/channels/[id]/test/route.ts";
import { POST as createChannel, GET as listChannels } from "../../app/api/v1/alerts/channels/route.ts";
import { GET as listKinds } from "../../app/api/v1/alerts/kinds/route.ts";
import { DELETE as unmute } from "../../app/api/v1/alerts/mutes/[id]/route.ts";
import { GET as listMutes, POST as mute } from "../../app/api/v1/alerts/mutes/route.ts";
import { GET as listAlerts } from "../../app/api/v1/alerts/route.ts";
import {
  POST as checkRegistration,
  GET as getRegistration,
} from "../../app/api/v1/connections/[id]/registration/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { createConnection } from "./connection-changes.ts";

let api: TestApi;
let crm: Sandbox;
beforeAll(async () => {
  api = await testApi();
  crm = await startSandbox({ callsPerSecond: 0 });
});
afterAll(async () => {
  await crm.close();
  await api.close();
});
beforeEach(
  () => api.db.$client`truncate alerts, alert_sends, alert_channels, alert_mutes, audit_log cascade`,
);

const http = { kind: "http", name: "Pager", url: "http://127.0.0.1:9/hook" };

async function anAlert({ closed = false } = {}): Promise<string> {
  const id = uuidv7();
  const at = new Date();
  const text = { title: "Work waits.", safe: "Nothing is lost.", remedy: "", path: "/", action: "Open" };
  const times = { firstSeenAt: at, lastSeenAt: at, openedAt: at, closedAt: closed ? at : null };
  await api.db.insert(alerts).values({ id, key: id, kind: "work_late", level: "bad", text, ...times });
  return id;
}

test("alerts are listed open or over, newest first, page after page", async () => {
  const open = await anAlert();
  const over: string[] = [];
  for (let number = 0; number < 5; number += 1) over.push(await anAlert({ closed: true }));
  const first = await api.call("GET", listAlerts, { as: "viewer" });
  expect(first.body.items).toMatchObject([
    {
      id: open,
      kind: "work_late",
      kindTitle: "Work waits too long",
      title: "Work waits.",
      closedAt: null,
      sends: [],
    },
  ]);
  const past = await api.call("GET", listAlerts, { query: "state=closed&limit=3" });
  const rest = await api.call("GET", listAlerts, {
    query: `state=closed&limit=3&cursor=${past.body.nextCursor}`,
  });
  const ids = [...past.body.items, ...rest.body.items].map(({ id }: { id: string }) => id);
  expect(ids).toEqual(over.toReversed());
  const kinds = (await api.call("GET", listKinds)).body.items.map(({ kind }: { kind: string }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(["work_late", "silence", "site_stopped"]));
});

test("only owners change channels, operators test them, and everybody sees them without their secrets", async () => {
  expect((await api.call("POST", createChannel, { as: "operator", body: http })).status).toBe(403);
  const made = await api.call("POST", createChannel, { body: http });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    kind: "http",
    shown: "127.0.0.1:9",
    alertKinds: null,
    secret: expect.stringMatching(/^whsec_/),
  });
  const params = { id: made.body.id };
  expect((await api.call("POST", testChannel, { as: "viewer", params })).status).toBe(403);
  const tested = await api.call("POST", testChannel, { as: "operator", params });
  expect(tested.body).toMatchObject({
    sent: false,
    error: "127.0.0.1:9 could not be reached (connection refused).",
  });
  expect(
    (await api.call("PATCH", patchChannel, { params, body: { enabled: false } })).body.secret,
  ).toBeNull();
  const listed = await api.call("GET", listChannels, { as: "viewer" });
  expect(JSON.stringify(listed.body)).not.toMatch(/whsec_|\/hook|sealed/);
  expect(listed.body).toMatchObject({
    canMail: false,
    items: [{ enabled: false, lastError: tested.body.error }],
  });
  expect((await api.call("DELETE", removeChannel, { params })).status).toBe(200);
  expect((await api.call("DELETE", removeChannel, { params })).status).toBe(404);
  const noted = await api.db.$client`select action from audit_log where target = 'alert channel' order by id`;
  expect(noted.map(({ action }) => action)).toEqual(["created", "tested", "changed", "removed"]);
});

test("what cannot be a channel or a mute is refused with its field", async () => {
  const fieldOf = async (body: object) =>
    (await api.call("POST", createChannel, { body })).body.error.details[0].path;
  expect(await fieldOf({ ...http, url: "ftp://example.com" })).toBe("url");
  expect(await fieldOf({ kind: "email", name: "Us", to: ["nobody"] })).toBe("to.0");
  expect(await fieldOf({ ...http, alertKinds: [] })).toBe("alertKinds");
  expect(await fieldOf({ kind: "pigeon" })).toBe("kind");
  for (const body of [
    { hours: 1 },
    { kind: "silence", alertId: uuidv7(), hours: 1 },
    { kind: "silence", hours: 0 },
  ])
    expect((await api.call("POST", mute, { body })).status).toBe(400);
  expect((await api.call("POST", mute, { body: { alertId: uuidv7(), hours: 1 } })).status).toBe(404);
});

test("operators mute one alert or a kind, and end it", async () => {
  const alertId = await anAlert();
  expect((await api.call("POST", mute, { as: "viewer", body: { alertId, hours: 1 } })).status).toBe(403);
  await api.call("POST", mute, { as: "operator", body: { alertId, hours: 1 } });
  const { body } = await api.call("POST", mute, { as: "operator", body: { kind: "silence", hours: 8 } });
  expect((await api.call("GET", listMutes)).body.items).toMatchObject([
    { kind: "silence", title: "Silence" },
    { key: alertId, title: "Work waits." },
  ]);
  await api.call("DELETE", unmute, { as: "operator", params: { id: body.id } });
  expect((await api.call("GET", listMutes)).body.items).toHaveLength(1);
});

test("a connection tells how its webhook stands, and an operator has it looked at and put right", async () => {
  const { id } = await createConnection(
    api.db,
    {
      name: "Oakline",
      kind: "activecampaign",
      baseUrl: crm.url,
      credentials: { apiToken: crm.apiToken },
      mode: "event",
      callsPerSecond: 1000,
    },
    "a test",
  );
  const params = { id };
  expect((await api.call("GET", getRegistration, { params })).body).toEqual({ registration: null });
  crm.state.webhooks.clear();
  expect((await api.call("POST", checkRegistration, { as: "viewer", params })).status).toBe(403);
  const looked = await api.call("POST", checkRegistration, { as: "operator", params });
  expect(looked.body.registration).toMatchObject({
    state: "repaired",
    found: [],
    repairedFound: ["missing"],
    repairs: 1,
  });
  crm.control.fault("402", 20);
  const failed = await api.call("POST", checkRegistration, { params });
  expect(failed.body.registration).toMatchObject({ state: "unknown", repairedFound: ["missing"] });
  expect(failed.body.registration.trouble).toMatch(/ActiveCampaign says the account is not paid/);
  await api.db.update(connections).set({ mode: "automation" });
  expect((await api.call("GET", getRegistration, { params })).body).toEqual({ registration: null });
});
