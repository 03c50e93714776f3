import { afterAll, beforeAll, expect, test } from "vitest";
import { budgets } from "#db/schema/connections.ts";
import { GET as getMetrics } from "../../app/metrics/route.ts";
import { doorCounters } from "../door/counters.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const scrape = async (): Promise<string> => (await api.call("GET", getMetrics, { as: "viewer" })).body;

test("metrics are for API tokens of any role, and for nobody else", async () => {
  const answers = await Promise.all(
    (["viewer", "owner", null] as const).map((as) => api.call("GET", getMetrics, { as })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401]);
  expect(answers[0]?.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const wrong = await api.call("GET", getMetrics, { as: null, headers: { authorization: "Bearer wrong" } });
  expect(wrong.status).toBe(401);
});

test("metrics tell what waits, what became of the last day, the CRM's calls and the door's answers", async () => {
  const connectionId = await aConnection(api.db);
  await aDelivery(api.db, { connectionId });
  await aDelivery(api.db, { connectionId, outcome: { status: "queued" } });
  await aDelivery(api.db, { connectionId, outcome: { status: "synced" } });
  await api.db
    .insert(budgets)
    .values({ account: "activecampaign test.api-us1.com", slots: [], calls: 12, refused: 2 });
  doorCounters.requests.inc({ outcome: "413" });
  const lines = (await scrape()).split("\n");
  const account = '{account="activecampaign test.api-us1.com"}';
  expect(lines).toEqual(
    expect.arrayContaining([
      "rollcall_backlog_deliveries 2",
      'rollcall_deliveries_last_day{status="queued"} 2',
      'rollcall_deliveries_last_day{status="synced"} 1',
      'rollcall_deliveries_last_day{status="dead"} 0',
      `rollcall_crm_calls_total${account} 12`,
      `rollcall_crm_refused_total${account} 2`,
      'rollcall_door_requests_total{outcome="413"} 1',
    ]),
  );
  const age = lines.find((line) => line.startsWith("rollcall_backlog_oldest_due_seconds "));
  expect(Number(age?.split(" ")[1])).toBeGreaterThan(0);
  expect(await scrape()).toContain("rollcall_crm_calls_total");
});
