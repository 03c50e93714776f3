import { afterAll, beforeAll, expect, test } from "vitest";
import { PATCH as patchConnection } from "../../app/api/v1/connections/[id]/route.ts";
import { GET as countDeliveries } from "../../app/api/v1/deliveries/counts/route.ts";
import { GET as listDeliveries } from "../../app/api/v1/deliveries/route.ts";
import { POST as drop } from "../../app/api/v1/floods/[id]/drop/route.ts";
import { POST as hold } from "../../app/api/v1/floods/[id]/hold/route.ts";
import { POST as release } from "../../app/api/v1/floods/[id]/release/route.ts";
import { GET as getOne } from "../../app/api/v1/floods/[id]/route.ts";
import { GET as list } from "../../app/api/v1/floods/route.ts";
import { flood as shape } from "../api/flood-shapes.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { accountOf, reserveCall } from "../queue/budget.ts";
import { tickFloods } from "../sync/flood-tick.ts";
import { arrive, collectAll, letRateFall } from "../sync/testing.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
let connectionId: string;
beforeAll(async () => {
  api = await testApi();
  connectionId = await aConnection(api.db, { floodPerMinute: 5, sideload: "no", callsPerSecond: 4 });
});
afterAll(() => api.close());

const ids = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
const get = (id: string) => api.call("GET", getOne, { as: "viewer", params: { id } });

test("floods are listed with their counts and forecast, the open ones first, page by page", async () => {
  await arrive(api.db, connectionId, ids(20));
  await collectAll(api.db);
  await letRateFall(api.db);
  await tickFloods(api.db);
  const other = await aConnection(api.db, { floodPerMinute: 3, name: "Other CRM" });
  await arrive(api.db, other, ids(8));
  await collectAll(api.db);
  await api.db.$client`update outcomes set status = 'synced' where connection_id = ${other}`;
  await letRateFall(api.db);
  await tickFloods(api.db);

  const { body } = await api.call("GET", list, { as: "viewer" });
  expect(body.items.map((one: { state: string }) => one.state)).toEqual(["draining", "done"]);
  for (const item of body.items) expect(shape.safeParse(item).error).toBeUndefined();
  expect(body.items[0]).toMatchObject({
    connectionId,
    connectionName: "Test CRM",
    contacts: 20,
    contactsLeft: 20,
    callsNeeded: 40,
    callsLeft: 40,
    callsPerSecond: 4,
    callsLeftToday: null,
    etaSeconds: 10,
    counts: { waiting: 20, held: 0, done: 0 },
  });
  const first = await api.call("GET", list, { query: "limit=1" });
  const second = await api.call("GET", list, { query: `limit=1&cursor=${first.body.nextCursor}` });
  expect([first.body.items[0].id, second.body.items[0].id]).toEqual(
    body.items.map((one: { id: string }) => one.id),
  );
  const closed = await api.call("GET", list, { query: `open=false&connection=${other}` });
  expect(closed.body.items).toHaveLength(1);
});

test("operators decide, viewers read; to drop takes a reason", async () => {
  const { body } = await api.call("GET", list, { query: "open=true" });
  const params = { id: body.items[0].id };
  expect((await api.call("POST", hold, { as: "viewer", params, body: {} })).status).toBe(403);
  const held = await api.call("POST", hold, { as: "operator", params, body: { reason: "Launch" } });
  expect(held).toMatchObject({ status: 202, body: { state: "held", decision: { reason: "Launch" } } });
  expect((await api.call("POST", release, { as: "operator", params, body: {} })).body.state).toBe("draining");
  expect((await api.call("POST", drop, { as: "operator", params, body: {} })).status).toBe(400);
  const dropped = await api.call("POST", drop, { as: "operator", params, body: { reason: "Wrong list" } });
  expect(dropped).toMatchObject({ status: 202, body: { state: "dropped" } });
  expect((await api.call("POST", release, { as: "operator", params, body: {} })).status).toBe(409);
  await tickFloods(api.db);
  expect((await get(params.id)).body).toMatchObject({ counts: { dropped: 20 }, contactsLeft: 0 });
  expect((await get(uuidv7())).status).toBe(404);
});

test("the log folds floods away, and opens one to its deliveries", async () => {
  const { body } = await api.call("GET", list, { query: `connection=${connectionId}` });
  const id = body.items[0].id;
  const alone = await aDelivery(api.db, { connectionId, contactId: "77", outcome: { status: "synced" } });
  const folded = await api.call("GET", listDeliveries, { query: "floods=folded" });
  expect(folded.body.items.map((one: { id: string }) => one.id)).toEqual([alone]);
  const counted = await api.call("GET", countDeliveries, { query: "floods=folded" });
  expect(counted.body.total).toBe(1);
  const opened = await api.call("GET", listDeliveries, { query: `flood=${id}&limit=200` });
  expect(opened.body.items).toHaveLength(20);
  expect(opened.body.items[0]).toMatchObject({ floodId: id, status: "filtered", reason: "flood_dropped" });
  expect(opened.body.items[0].sentence).toContain("Wrong list, token operator");
  const all = await api.call("GET", listDeliveries, { query: "limit=200" });
  expect(all.body.items).toHaveLength(29);
});

test("a connection takes its pacing, and says what is left of its account's calls", async () => {
  const params = { id: connectionId };
  const pacing = {
    quietMs: 2_000,
    maxWaitMs: 20_000,
    floodPerMinute: 900,
    floodHold: true,
    batchDelaySeconds: 60,
  };
  const body = { ...pacing, callsPerMinute: 240, callsPerDay: 30_000 };
  const patched = await api.call("PATCH", patchConnection, { params, body });
  expect(patched.body).toMatchObject({ ...body, callsLeft: { thisMinute: 240, today: 30_000 } });
  const account = accountOf(patched.body);
  for (let call = 0; call < 3; call += 1) await reserveCall(api.db, account, patched.body);
  const again = await api.call("PATCH", patchConnection, { params, body: { callsPerMinute: null } });
  expect(again.body.callsLeft).toEqual({ thisMinute: null, today: 29_997 });
  for (const bad of [{ quietMs: -1 }, { floodPerMinute: 0 }, { maxWaitMs: 1.5 }, { callsPerDay: 0 }])
    expect((await api.call("PATCH", patchConnection, { params, body: bad })).status).toBe(400);
});
