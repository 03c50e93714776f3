import { afterAll, beforeAll, expect, test } from "vitest";
import { GET as exportDeliveries } from "../../app/api/v1/deliveries/export/route.ts";
import { GET as getOverview } from "../../app/api/v1/overview/route.ts";
import { overview } from "../api/overview-shapes.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

test("an empty server has an overview too", async () => {
  const { status, body } = await api.call("GET", getOverview, { as: "viewer" });
  expect(status).toBe(200);
  expect(overview.parse(body)).toMatchObject({
    hasDeliveries: false,
    backlog: { waiting: 0, oldestDueSeconds: null },
    needsPerson: [],
    ack: { p50: null },
  });
});

test("the overview counts each hop, what waits and what needs a person", async () => {
  const connectionId = await aConnection(api.db);
  const outcome = (status: string, more: object = {}) =>
    aDelivery(api.db, { connectionId, outcome: { status, ...more } });
  await outcome("synced", { syncMs: 120 });
  const partly = { hop: "sites", reason: "site_stopped" };
  await outcome("partly_synced", partly);
  await outcome("filtered", { hop: "queue" });
  const refused = { hop: "crm", reason: "crm_token_refused" };
  await outcome("dead", refused);
  const latest = await outcome("dead", refused);
  await outcome("rejected", { hop: "door", reason: "key_revoked" });
  await outcome("failed", { hop: "crm", reason: "crm_timeout", nextRetryAt: new Date(Date.now() + 60_000) });
  await aDelivery(api.db, { connectionId });
  const { body } = await api.call("GET", getOverview);
  expect(overview.parse(body)).toMatchObject({
    hasDeliveries: true,
    backlog: { waiting: 1 },
    healing: { count: 1 },
  });
  expect(body.counts.total).toBe(8);
  expect(body.ack.p50).toBeCloseTo(4.5, 1);
  expect(body.sync).toEqual({ p50: 120, p99: 120 });
  expect(body.line).toEqual([
    { hop: "door", passed: 7, left: [{ status: "rejected", count: 1 }] },
    { hop: "queue", passed: 5, left: [{ status: "filtered", count: 1 }] },
    {
      hop: "crm",
      passed: 2,
      left: expect.arrayContaining([
        { status: "dead", count: 2 },
        { status: "failed", count: 1 },
      ]),
    },
    { hop: "member", passed: 2, left: [] },
    { hop: "sites", passed: 1, left: [{ status: "partly_synced", count: 1 }] },
  ]);
  expect(body.needsPerson[0]).toMatchObject({
    reason: "crm_token_refused",
    title: "ActiveCampaign refused the API key.",
    count: 2,
    sampleId: latest,
    connectionId,
  });
  expect(body.needsPerson[1]).toMatchObject({
    status: "rejected",
    title: "This access key was revoked.",
    count: 1,
  });
  expect(body.connections[0]).toMatchObject({ name: "Test CRM", webhookRegistered: false, testOk: null });
});

test("a file of everything that matches disarms what a spreadsheet would run", async () => {
  const name = '=HYPERLINK("https://evil.example")';
  const id = await aDelivery(api.db, {
    contactId: "31",
    name,
    email: "a,b@example.com",
    outcome: { status: "synced" },
  });
  await aDelivery(api.db, { contactId: "31" });
  const csv = await api.call("GET", exportDeliveries, { query: "contact=31" });
  expect(csv.headers.get("content-type")).toContain("text/csv");
  const lines = String(csv.body).trim().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^id,receivedAt,status/);
  expect(lines[2]).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
  expect(lines[2]).toContain('"a,b@example.com"');
  const ndjson = await api.call("GET", exportDeliveries, { query: "contact=31&format=ndjson" });
  expect(ndjson.headers.get("content-type")).toBe("application/x-ndjson");
  const items = String(ndjson.body)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(items.map((item) => item.status)).toEqual(["queued", "synced"]);
  expect(items[1]).toMatchObject({ id, name });
});

test("a file of more than one chunk holds every delivery once", async () => {
  const made = await Promise.all(Array.from({ length: 501 }, () => aDelivery(api.db, { contactId: "32" })));
  const { body } = await api.call("GET", exportDeliveries, { query: "contact=32&format=ndjson" });
  const ids = String(body)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  expect(ids).toEqual(made.toReversed());
});

test("a flood is counted apart from the line", async () => {
  const connectionId = await aConnection(api.db);
  const before = (await api.call("GET", getOverview)).body;
  const floodId = "01a1fede-42db-7000-8000-0000000000ff";
  await aDelivery(api.db, { connectionId, outcome: { status: "synced", syncMs: 90_000, floodId } });
  const { body } = await api.call("GET", getOverview);
  expect(overview.parse(body).floods).toMatchObject({ total: 1, byStatus: { synced: 1, held: 0 }, open: [] });
  expect(body.counts.total).toBe(before.counts.total + 1);
  expect(body.line).toEqual(before.line);
  expect(body.sync).toEqual(before.sync);
});
