import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeMember } from "#db/factories.ts";
import { POST as retry } from "../../app/api/v1/deliveries/[id]/retry/route.ts";
import { GET as getDelivery } from "../../app/api/v1/deliveries/[id]/route.ts";
import { GET as listDeliveries } from "../../app/api/v1/deliveries/route.ts";
import { GET as getOverview } from "../../app/api/v1/overview/route.ts";
import { GET as getRetries } from "../../app/api/v1/retries/[id]/route.ts";
import { POST as createRetries } from "../../app/api/v1/retries/route.ts";
import { deliveryDetail } from "../api/delivery-shapes.ts";
import { overview } from "../api/overview-shapes.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { pauseDestination } from "../push/states.ts";
import { makeSite, pumping, type Receiver, startReceiver } from "../push/testing.ts";
import { wantPushes } from "../push/want.ts";
import { runBulkRetry } from "../sync/bulk-retry.ts";
import { refreshMember } from "../sync/refresh.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
let receiver: Receiver;
let connectionId: string;
beforeAll(async () => {
  [api, receiver] = await Promise.all([testApi(), startReceiver()]);
});
afterAll(async () => {
  receiver.close();
  await api.close();
});
beforeEach(async () => {
  receiver.told.length = 0;
  receiver.answer = () => ({ status: 200 });
  await api.db.$client`
    truncate destinations, push_targets, pushes, everyones, members, outcomes, deliveries, breakers cascade`;
  connectionId = await aConnection(api.db);
});

/** A member whose delivery is right in the directory and owed to the sites. */
async function aDeliveryAtSites(number = 1) {
  const member = await makeMember(api.db, { number });
  const id = await aDelivery(api.db, {
    connectionId,
    contactId: String(number),
    outcome: { status: "running", memberId: member.id, runs: [{ steps: ["Loaded"] }] },
  });
  const [run] = await api.db.execute<{ id: string }>(
    sql`select sync_ids[1] as id from outcomes where delivery_id = ${id}`,
  );
  await wantPushes(api.db.$client, [{ memberId: member.id, syncId: run?.id ?? null, priority: "update" }]);
  return { id, memberId: member.id };
}
const detail = async (id: string) => (await api.call("GET", getDelivery, { params: { id } })).body;
const isStatus = (id: string, status: string) => async () => (await detail(id)).status === status;
const atSites = async (id: string) =>
  (await detail(id)).steps
    .filter((step: { hop: string }) => step.hop === "sites")
    .map((step: { name: string; status: string; reason: string | null; detail: string | null }) =>
      [step.name, step.status, step.reason, step.detail].filter(Boolean).join(", "),
    );

test("a delivery shows each push, and a retry repeats only the one that failed", async () => {
  await makeSite(api.db, { url: receiver.url, number: 1, name: "Shop" });
  await makeSite(api.db, { url: `${receiver.url}/2`, number: 2, name: "Forum" });
  let calls = 0;
  receiver.answer = () => ({ status: ++calls === 1 ? 500 : 200 });
  const { id } = await aDeliveryAtSites();
  expect((await atSites(id)).sort()).toEqual(["pushed to Forum, waiting", "pushed to Shop, waiting"]);
  await pumping(api.db, isStatus(id, "partly_synced"));
  const partly = await detail(id);
  expect(deliveryDetail.safeParse(partly).error).toBeUndefined();
  expect(partly).toMatchObject({ reason: "site_failed", canRetry: true });
  const wrong = partly.site.name;
  expect(["Shop", "Forum"]).toContain(wrong);
  expect(partly.site.others).toBe(0);
  expect(partly.sentence).toBe(`Stopped at Sites: ${wrong} failed while it worked (HTTP 500).`);
  expect(partly.nextRetryAt).not.toBeNull();
  const steps = await atSites(id);
  expect(steps.filter((step: string) => step.includes("done, member.created"))).toHaveLength(1);
  expect(steps.filter((step: string) => step.includes("failed, site_failed, HTTP 500"))).toHaveLength(1);
  const { body } = await api.call("GET", listDeliveries, {});
  expect(body.items[0].sentence).toBe(partly.sentence);
  receiver.told.length = 0;
  const retried = await api.call("POST", retry, { as: "operator", params: { id } });
  expect(retried.status).toBe(202);
  expect(await isStatus(id, "running")()).toBe(true);
  await pumping(api.db, isStatus(id, "synced"));
  expect(receiver.told).toHaveLength(1);
  expect((await atSites(id)).filter((step: string) => step.includes("done"))).toHaveLength(2);
  const [jobs] = await api.db.execute(sql`select count(*)::int as count from graphile_worker.jobs`);
  expect(jobs?.count).toBe(0);
});

test("a bulk retry counts what is still wrong at a site as failed", async () => {
  await makeSite(api.db, { url: receiver.url });
  receiver.answer = () => ({ status: 400 });
  const ids = [(await aDeliveryAtSites(1)).id, (await aDeliveryAtSites(2)).id];
  const all = async () =>
    (await Promise.all(ids.map((id) => isStatus(id, "partly_synced")()))).every(Boolean);
  await pumping(api.db, all);
  receiver.answer = ({ email }) => ({ status: email === "member1@example.com" ? 200 : 400 });
  const { body } = await api.call("POST", createRetries, { body: { filter: { status: "partly_synced" } } });
  expect(body.total).toBe(2);
  await runBulkRetry(api.db, body.id);
  const progress = async () => (await api.call("GET", getRetries, { params: { id: body.id } })).body;
  expect(await progress()).toMatchObject({ done: 0, failed: 0, waiting: 2, state: "running" });
  await pumping(api.db, async () => (await progress()).state === "done");
  expect(await progress()).toMatchObject({ total: 2, done: 1, failed: 1, waiting: 0 });
});

test("causes at sites stand among what needs a person, with the destination and what helps", async () => {
  const { id: siteId } = await makeSite(api.db, { url: receiver.url, name: "Forum" });
  receiver.answer = () => ({ status: 410 });
  const { id } = await aDeliveryAtSites();
  await pumping(api.db, isStatus(id, "partly_synced"));
  const { body } = await api.call("GET", getOverview, { as: "viewer" });
  expect(overview.safeParse(body).error).toBeUndefined();
  expect(body.needsPerson).toMatchObject([
    {
      status: "partly_synced",
      reason: "site_stopped",
      count: 1,
      sampleId: id,
      destination: { id: siteId, name: "Forum", state: "stopped", help: "resume" },
    },
  ]);
  expect(body.needsPerson[0].title).toMatch(/^Forum says it wants no more calls/);
  expect(body.counts.byStatus.partly_synced).toBe(1);
});

test("a delivery names one of the sites that are wrong, and how many more there are", async () => {
  for (const number of [1, 2, 3])
    await makeSite(api.db, { url: `${receiver.url}/${number}`, number, name: `Site ${number}` });
  receiver.answer = () => ({ status: 422 });
  const { id } = await aDeliveryAtSites();
  await pumping(api.db, isStatus(id, "partly_synced"));
  await pumping(api.db, async () => (await detail(id)).site?.others === 2);
  expect((await detail(id)).site.name).toMatch(/^Site \d$/);
});

test("a paused site is told as waiting in the steps", async () => {
  const site = await makeSite(api.db, { url: receiver.url, name: "Forum" });
  await pauseDestination(api.db, site.id, "ada@example.com");
  const { id } = await aDeliveryAtSites();
  await pumping(api.db, isStatus(id, "partly_synced"));
  expect(await detail(id)).toMatchObject({ reason: "site_paused", nextRetryAt: null });
  expect(await atSites(id)).toEqual(["pushed to Forum, waiting, site_paused"]);
});

test("what waits behind a site that does not answer says what its last calls heard", async () => {
  const { id: siteId } = await makeSite(api.db, { url: receiver.url, name: "Forum" });
  await api.db.execute(sql`
    insert into breakers (key, failures, reason, detail, opened_at, probe_at)
    values (${`site:${siteId}`}, 5, 'site_failed', 'HTTP 502', now(), now() + interval '1 hour')`);
  const { id } = await aDeliveryAtSites();
  expect(await atSites(id)).toEqual(["pushed to Forum, waiting, site_failed, HTTP 502"]);
});

test("who signs in does not wait for a site: what is right here is fresh", async () => {
  const { memberId } = await aDeliveryAtSites();
  await api.db.execute(sql`
    insert into member_contacts (connection_id, contact_id, member_id, tags, fields, loaded_at)
    values (${connectionId}, '1', ${memberId}, '{}', '{}', now())`);
  const reading = refreshMember(api.db, { email: "member1@example.com", actor: "site", timeoutMs: 60_000 });
  const collect = () =>
    api.db.execute(sql`
      insert into outcomes (delivery_id, received_at, dialect, action, trigger, params, status, hop, member_id, collected_at)
      select id, received_at, dialect, action, trigger, params, 'running', 'sites', ${memberId}, now() from deliveries
      where trigger = 'person' returning 1`);
  while ((await collect()).length === 0) await sleep(20);
  expect((await reading).source).toBe("crm");
});
