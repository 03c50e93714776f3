import { desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { accessKeys, connections } from "#db/schema/connections.ts";
import { outcomes } from "#db/schema/deliveries.ts";
import { auditLog } from "#db/schema/people.ts";
import { GET as getCatalog } from "../../app/api/v1/connections/[id]/catalog/route.ts";
import { GET as getConnection, PATCH as patchConnection } from "../../app/api/v1/connections/[id]/route.ts";
import { POST as testConnection } from "../../app/api/v1/connections/[id]/test/route.ts";
import { GET as listKinds } from "../../app/api/v1/connections/kinds/route.ts";
import { POST as createConnection, GET as listConnections } from "../../app/api/v1/connections/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { sha256 } from "../secrets.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
let crm: Sandbox;
beforeAll(async () => {
  api = await testApi();
});
beforeEach(async () => {
  await crm?.close();
  crm = await startSandbox({ callsPerSecond: 0 });
});
afterAll(async () => {
  await crm.close();
  await api.close();
});

const create = (body: object = {}, as: "owner" | "operator" | null = "owner") =>
  api.call("POST", createConnection, {
    as,
    body: {
      name: "Oakline",
      kind: "activecampaign",
      baseUrl: crm.url,
      credentials: { apiToken: crm.apiToken },
      callsPerSecond: 1000,
      ...body,
    },
  });
const patch = (id: string, body: object) => api.call("PATCH", patchConnection, { params: { id }, body });
const webhooks = () => [...crm.state.webhooks.values()];
const keysOf = (id: string) => api.db.select().from(accessKeys).where(eq(accessKeys.connectionId, id));

test("a new connection is tested, gets the usual settings, and keeps its credentials to itself", async () => {
  const { status, body } = await create({ name: " Oakline " });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    name: "Oakline",
    kind: "activecampaign",
    kindLabel: "ActiveCampaign",
    mode: "automation",
    defaultRole: "subscriber",
    sideload: "yes",
    webhookId: null,
    lastDeliveryAt: null,
  });
  expect(body.events.length).toBeGreaterThan(0);
  expect(body.lastTest.ok).toBe(true);
  expect(JSON.stringify(body)).not.toContain(crm.apiToken);
  const [row] = await api.db.select().from(connections).where(eq(connections.id, body.id));
  expect(row?.credentials.toString("utf8")).not.toContain(crm.apiToken);
  expect((await api.call("GET", listConnections)).body.items).toContainEqual(body);
});

test("a connection whose CRM refuses the token or is not there is kept, and its test says so", async () => {
  const refused = await create({ credentials: { apiToken: "wrong" } });
  expect([refused.status, refused.body.lastTest.ok]).toEqual([201, false]);
  const nowhere = await create({ baseUrl: "http://127.0.0.1:9", mode: "event" });
  expect(nowhere.body).toMatchObject({ mode: "event", webhookId: null, lastTest: { ok: false } });
  expect(await keysOf(nowhere.body.id)).toEqual([]);
});

test("bad input is refused with its field", async () => {
  const fieldOf = async (body: object) => (await create(body)).body.error.details[0].path;
  expect(await fieldOf({ name: "" })).toBe("name");
  expect(await fieldOf({ baseUrl: "not an address" })).toBe("baseUrl");
  expect(await fieldOf({ credentials: {} })).toBe("credentials.apiToken");
  expect(await fieldOf({ defaultRole: "Administrator" })).toBe("defaultRole");
  expect((await create({ kind: "fax" })).status).toBe(400);
});

test("text that PostgreSQL cannot keep is refused with its field, wherever it stands", async () => {
  const { body } = await create();
  for (const [field, change] of [
    ["name", { name: "a\0b" }],
    ["fieldMap.0.to", { fieldMap: [{ from: "level", to: "\ud800" }] }],
  ] as const) {
    const answer = await patch(body.id, change);
    expect([answer.status, answer.body.error.details[0].path]).toEqual([400, field]);
  }
});

test("only an owner makes and changes connections", async () => {
  expect((await create({}, "operator")).status).toBe(403);
  expect((await create({}, null)).status).toBe(401);
  const { body } = await create();
  const change = { as: "operator" as const, params: { id: body.id }, body: { name: "x" } };
  expect((await api.call("PATCH", patchConnection, change)).status).toBe(403);
});

test("event mode registers a webhook; leaving it takes the webhook away, and late calls still come in", async () => {
  const { body } = await create({ mode: "event", events: ["update"], sources: ["admin"] });
  expect(webhooks()).toHaveLength(1);
  const [webhook] = webhooks();
  expect(body).toMatchObject({ mode: "event", webhookId: String(webhook?.id), lastTest: { ok: true } });
  const key = /\/hooks\/([^/]+)\/update$/.exec(webhook?.url ?? "")?.[1] ?? "";
  expect(await keysOf(body.id)).toEqual([
    expect.objectContaining({ hash: sha256(key), purpose: "event", actions: ["update"], revokedAt: null }),
  ]);
  await patch(body.id, { events: ["update", "subscribe"] });
  expect(webhooks().map((one) => one.events)).toEqual([["update", "subscribe"]]);
  const left = await patch(body.id, { mode: "automation" });
  expect(left.body).toMatchObject({ mode: "automation", webhookId: null });
  expect(webhooks()).toEqual([]);
  expect((await keysOf(body.id)).map((row) => row.revokedAt)).toEqual([null]);
  const back = await patch(body.id, { mode: "event" });
  expect(back.body.webhookId).toBe(String(webhooks()[0]?.id));
  expect((await keysOf(body.id)).filter((row) => row.revokedAt === null)).toHaveLength(1);
});

test("people who change the mode at once make one webhook, and leave none behind", async () => {
  const { body } = await create();
  crm.control.settings({ latencyMs: 40 });
  const four = (mode: string) => Promise.all([1, 2, 3, 4].map(() => patch(body.id, { mode })));
  expect((await four("event")).map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
  expect(webhooks()).toHaveLength(1);
  const current = await api.call("GET", getConnection, { params: { id: body.id } });
  expect(current.body.webhookId).toBe(String(webhooks()[0]?.id));
  await four("automation");
  expect(webhooks()).toEqual([]);
});

test("saving event mode again brings back a webhook that was lost in the CRM", async () => {
  const { body } = await create({ mode: "event" });
  crm.state.webhooks.clear();
  const saved = await patch(body.id, { mode: "event" });
  expect(webhooks()).toHaveLength(1);
  expect(saved.body.webhookId).toBe(String(webhooks()[0]?.id));
  await patch(body.id, { mode: "event" });
  expect(webhooks().map((one) => String(one.id))).toEqual([saved.body.webhookId]);
});

test("two connections to one account each have a webhook of their own", async () => {
  const one = await create({ mode: "event" });
  const other = await create({ mode: "event", name: "Second" });
  expect(one.body.webhookId).not.toBe(other.body.webhookId);
  expect(webhooks()).toHaveLength(2);
  await patch(other.body.id, { mode: "automation" });
  expect(webhooks().map((webhook) => String(webhook.id))).toEqual([one.body.webhookId]);
});

test("a mode that the CRM does not take changes nothing, and says why", async () => {
  const { body } = await create();
  crm.control.fault("403", 20, "webhooks");
  const answer = await patch(body.id, { mode: "event", name: "Renamed" });
  expect([answer.status, answer.body.error.code]).toEqual([503, "unavailable"]);
  expect(answer.body.error.message).toContain("ActiveCampaign");
  const after = await api.call("GET", getConnection, { params: { id: body.id } });
  expect(after.body).toMatchObject({ name: "Oakline", mode: "automation", webhookId: null });
  expect(await keysOf(body.id)).toEqual([]);
});

test("a test says what is wrong now, and new credentials are tested at once", async () => {
  const { body } = await create();
  crm.control.settings({ apiToken: "another" });
  const params = { id: body.id };
  const report = await api.call("POST", testConnection, { as: "operator", params });
  expect(report.body.checks).toContainEqual(expect.objectContaining({ name: "token", status: "failed" }));
  const mended = await patch(body.id, { credentials: { apiToken: "another" } });
  expect(mended.body.lastTest.ok).toBe(true);
  expect((await api.call("POST", testConnection, { params: { id: uuidv7() } })).status).toBe(404);
});

test("a token that works runs again what the old one gave up on, and nothing else", async () => {
  const { body } = await create();
  const gaveUp = (reason: string, more: object = {}) =>
    aDelivery(api.db, {
      connectionId: body.id,
      contactId: "3",
      outcome: { status: "dead", hop: "crm", reason, ...more },
    });
  const mendable = [
    await gaveUp("crm_token_refused"),
    await gaveUp("crm_forbidden"),
    await gaveUp("crm_payment_required"),
  ];
  await gaveUp("crm_bad_request");
  await gaveUp("crm_token_refused", { status: "failed" });
  await gaveUp("crm_token_refused", { connectionId: await aConnection(api.db) });
  const queued = async () =>
    (await api.db.select().from(outcomes).where(eq(outcomes.status, "queued"))).map((row) => row.deliveryId);
  await patch(body.id, { credentials: { apiToken: "wrong" } });
  await patch(body.id, { name: "Renamed" });
  expect(await queued()).toEqual([]);
  await patch(body.id, { credentials: { apiToken: crm.apiToken } });
  expect((await queued()).sort()).toEqual(mendable.sort());
  const jobs = await api.db.$client`select key from graphile_worker.jobs`;
  expect(jobs.map((job) => job.key)).toEqual([`sync:${body.id}:3`]);
  const [noted] = await api.db.select().from(auditLog).orderBy(desc(auditLog.id)).limit(1);
  expect(noted?.details).toMatchObject({ fields: ["credentials"], queuedAgain: 3 });
});

test("another limit a day lets go on what waited for the next day", async () => {
  const { body } = await create({ callsPerDay: 1 });
  const waits = (reason: string) =>
    aDelivery(api.db, {
      connectionId: body.id,
      contactId: "3",
      outcome: { status: "failed", reason, attempts: 1 },
    });
  const [spent, slow] = [await waits("day_budget_spent"), await waits("crm_timeout")];
  const statusOf = async (id: string) =>
    (await api.db.select().from(outcomes).where(eq(outcomes.deliveryId, id)))[0]?.status;
  await patch(body.id, { callsPerDay: 1, name: "Renamed" });
  expect(await statusOf(spent)).toBe("failed");
  await patch(body.id, { callsPerDay: null });
  expect([await statusOf(spent), await statusOf(slow)]).toEqual(["queued", "failed"]);
});

test("the catalog offers the CRM's fields and lists, or the CRM's own failure", async () => {
  const { body } = await create();
  const params = { id: body.id };
  const catalog = await api.call("GET", getCatalog, { params });
  expect(catalog.status).toBe(200);
  expect(catalog.body.fields.length).toBeGreaterThan(0);
  expect(catalog.body.fields[0]).toMatchObject({ id: expect.any(String), tag: expect.any(String) });
  crm.control.settings({ apiToken: "another" });
  const refused = await api.call("GET", getCatalog, { params });
  expect([refused.status, refused.body.error.details.reason]).toEqual([503, "crm_token_refused"]);
  await api.db.update(connections).set({ baseUrl: "http://127.0.0.1:9" }).where(eq(connections.id, body.id));
  const away = await api.call("GET", getCatalog, { params });
  expect([away.status, away.body.error.details?.reason]).toEqual([503, "crm_unreachable"]);
});

test("the kinds bring the words of their events and sources", async () => {
  const { body } = await api.call("GET", listKinds);
  expect(body.items[0]).toMatchObject({ kind: "activecampaign", label: "ActiveCampaign" });
  expect(body.items[0].events.some((event: { byDefault: boolean }) => event.byDefault)).toBe(true);
});
