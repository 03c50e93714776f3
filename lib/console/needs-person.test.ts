import { afterAll, beforeAll, expect, test } from "vitest";
import { GET as countDeliveries } from "../../app/api/v1/deliveries/counts/route.ts";
import { GET as listDeliveries } from "../../app/api/v1/deliveries/route.ts";
import { GET as getOverview } from "../../app/api/v1/overview/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { aConnection, aDelivery } from "./testing.ts";

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
