import { afterAll, beforeAll, expect, test } from "vitest";
import { GET as getDelivery } from "../../app/api/v1/deliveries/[id]/route.ts";
import { GET as countDeliveries } from "../../app/api/v1/deliveries/counts/route.ts";
import { GET as listDeliveries } from "../../app/api/v1/deliveries/route.ts";
import { GET as getOverview } from "../../app/api/v1/overview/route.ts";
import { overview } from "../api/overview-shapes.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { aConnection, aDelivery, aKey } from "./testing.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const listed = async (query: string): Promise<string[]> =>
  (await api.call("GET", listDeliveries, { query })).body.items.map((one: { id: string }) => one.id);
const counted = async (query: string) => (await api.call("GET", countDeliveries, { query })).body;

test("what needs a person is listed with what is stuck at a site, and what heals is listed as it is counted", async () => {
  const connectionId = await aConnection(api.db);
  const outcome = (status: string, more: object = {}) =>
    aDelivery(api.db, { connectionId, outcome: { status, ...more } });
  const soon = new Date(Date.now() + 60_000);
  const dead = await outcome("dead", { hop: "crm", reason: "crm_token_refused" });
  const stuck = await outcome("partly_synced", { hop: "sites", reason: "site_stopped" });
  const healing = await outcome("partly_synced", { hop: "sites", reason: "site_timeout", nextRetryAt: soon });
  const failed = await outcome("failed", { hop: "crm", reason: "crm_timeout", nextRetryAt: soon });
  await outcome("synced");
  await aDelivery(api.db, { connectionId });

  const needing = "status=dead,partly_synced,rejected,unreadable&next=none";
  expect(await listed(needing)).toEqual([stuck, dead]);
  const { byStatus, stuck: count } = await counted("");
  expect(byStatus.dead + byStatus.rejected + byStatus.unreadable + count).toBe(
    (await counted(needing)).total,
  );
  expect(await counted(needing)).toMatchObject({ total: 2, stuck: 1 });

  const { body } = await api.call("GET", getOverview);
  const heals = "status=failed,partly_synced&next=planned";
  expect(await listed(heals)).toEqual([failed, healing]);
  expect(body.healing.count).toBe(2);
  expect(await counted(heals)).toMatchObject({ total: 2, stuck: 0 });
  expect(await listed("next=none")).toHaveLength(4);
});

test("a cause leads to where it is mended: the contact, the key that is meant, and who calls with no key", async () => {
  const connectionId = await aConnection(api.db, { name: "Mended there" });
  const keyId = await aKey(api.db, connectionId);
  const about = { connectionId, contactId: "77" };
  await aDelivery(api.db, {
    ...about,
    outcome: { status: "dead", hop: "member", reason: "no_email", detail: "77" },
  });
  const door = { hop: "door" };
  await aDelivery(api.db, {
    connectionId,
    keyId,
    verdict: "unreadable",
    outcome: { ...door, status: "unreadable", reason: "bad_json" },
  });
  await aDelivery(api.db, {
    remoteAddress: "203.0.113.24",
    verdict: "rejected",
    reason: "no_such_key",
    outcome: { ...door, status: "rejected", reason: "no_such_key" },
  });
  const { body } = await api.call("GET", getOverview);
  expect(overview.safeParse(body).error).toBeUndefined();
  const cause = (reason: string) => body.needsPerson.find((one: { reason: string }) => one.reason === reason);
  expect(cause("no_email").contactUrl).toContain("/contacts/77");
  expect(cause("bad_json")).toMatchObject({ keyName: "Test key", contactUrl: null });
  expect(cause("no_such_key")).toMatchObject({ remoteAddress: "203.0.113.24", keyName: null });
});

test("a refused call shows the code with which it was answered", async () => {
  const id = await aDelivery(api.db, { verdict: "rejected", reason: "role_not_allowed", detail: "chef" });
  const { body } = await api.call("GET", getDelivery, { params: { id } });
  expect(body.steps.at(-1)).toMatchObject({ name: "answered", detail: "403, turned away" });
});
