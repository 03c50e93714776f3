import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { members } from "#db/schema/members.ts";
import { GET as getDelivery } from "../../app/api/v1/deliveries/[id]/route.ts";
import { GET as getCounts } from "../../app/api/v1/deliveries/counts/route.ts";
import { GET as listDeliveries } from "../../app/api/v1/deliveries/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { aConnection, aDelivery, aKey } from "./testing.ts";

let api: TestApi;
let connectionId: string;
let keyId: string;
beforeAll(async () => {
  api = await testApi();
  connectionId = await aConnection(api.db);
  keyId = await aKey(api.db, connectionId);
});
afterAll(() => api.close());

const list = (query: string) => api.call("GET", listDeliveries, { query });
const ids = (answer: { body: { items: { id: string }[] } }) => answer.body.items.map((item) => item.id);

test("a cursor stands for the id it was made of", () => {
  fc.assert(fc.property(fc.uuid({ version: 7 }), (id) => readCursor(writeCursor(id)) === id));
});

test("a text that is no cursor is refused", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        return writeCursor(readCursor(text)) === text;
      } catch (error) {
        return error instanceof Error && error.message.startsWith("cursor:");
      }
    }),
  );
});

test("the log shows collected deliveries and those that still wait, newest first", async () => {
  const contactId = "501";
  const first = await aDelivery(api.db, { connectionId, keyId, contactId, outcome: { status: "synced" } });
  const second = await aDelivery(api.db, { connectionId, keyId, contactId });
  const third = await aDelivery(api.db, {
    connectionId,
    contactId,
    verdict: "rejected",
    reason: "key_revoked",
  });
  const answer = await list("contact=501");
  expect(answer.status).toBe(200);
  expect(ids(answer)).toEqual([third, second, first]);
  expect(answer.body.items.map((item: { status: string }) => item.status)).toEqual([
    "rejected",
    "queued",
    "synced",
  ]);
  expect(answer.body.items[0]).toMatchObject({
    hop: "door",
    sentence: "Turned away at the door: this access key was revoked.",
  });
  expect(answer.body.items[2]).toMatchObject({
    connectionName: "Test CRM",
    kindLabel: "ActiveCampaign",
    canRetry: true,
  });
});

test("pages follow each other without a gap or a repeat", async () => {
  const made: string[] = [];
  for (let index = 0; index < 7; index++) {
    const outcome = index % 2 === 0 ? { status: "synced" } : undefined;
    made.push(await aDelivery(api.db, { connectionId, contactId: "502", outcome }));
  }
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: Awaited<ReturnType<typeof list>> = await list(
      `contact=502&limit=3${cursor && `&cursor=${cursor}`}`,
    );
    seen.push(...ids(page));
    cursor = page.body.nextCursor;
  }
  expect(seen).toEqual(made.toReversed());
});

test("every filter finds its deliveries and no others", async () => {
  const wanted = await aDelivery(api.db, {
    connectionId,
    keyId,
    contactId: "503",
    email: "Ada@Example.com",
    name: "Ada Lovelace",
    action: "add",
    trigger: "automation",
    body: "page=7&note=red+blue%21",
    outcome: { status: "dead", reason: "no_email", hop: "member" },
  });
  await aDelivery(api.db, { connectionId: null, contactId: "504", email: "bob@example.com", name: "Bob" });
  const queries = [
    "contact=503",
    "email=ada@example.com",
    "q=ada@ex",
    "q=Ada",
    "q=lovel",
    "q=ada%20lovelace",
    "body=page%3D7%26note%3Dred%20blue!",
    "q=503",
    `q=${wanted}`,
    "status=dead,failed",
    "reason=no_email",
    "action=add",
    `contact=503&connection=${connectionId}&key=${keyId}&trigger=automation`,
  ];
  for (const query of queries) expect([query, ids(await list(query))]).toEqual([query, [wanted]]);
  const past = new Date(Date.now() - 3_600_000).toISOString();
  expect(ids(await list(`contact=503&to=${past}`))).toEqual([]);
  expect(ids(await list(`contact=503&from=${past}`))).toEqual([wanted]);
});

test("a bad filter is refused with the name of the field", async () => {
  const answer = await list("status=lost");
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({ code: "invalid" });
  expect(answer.body.error.message).toContain("status");
  expect((await list("cursor=nonsense")).status).toBe(400);
  expect((await list("limit=0")).status).toBe(400);
});

test("nobody reads the log without signing in", async () => {
  const answer = await api.call("GET", listDeliveries, { as: null });
  expect(answer.status).toBe(401);
  expect(answer.body.error.code).toBe("unauthenticated");
});

test("a delivery whose body brought no name is shown with the name of the member it led to", async () => {
  const memberId = uuidv7();
  await api.db.insert(members).values({
    id: memberId,
    email: "named@example.org",
    login: "named",
    role: "subscriber",
    firstName: "Ngozi",
    lastName: "Okafor",
    tags: [],
    fields: {},
  });
  const id = await aDelivery(api.db, {
    connectionId,
    contactId: "506",
    outcome: { status: "synced", memberId },
  });
  const { body } = await api.call("GET", getDelivery, { params: { id } });
  expect(body.name).toBe("Ngozi Okafor");
});

test("the detail shows every hop, the request as received and the runs", async () => {
  const id = await aDelivery(api.db, {
    connectionId,
    keyId,
    contactId: "505",
    body: "contact%5Bid%5D=505&contact%5Bfields%5D%5B7%5D=a+b&x=1",
    outcome: { status: "synced", runs: [{ steps: ["loaded", "applied"] }] },
  });
  await aDelivery(api.db, { connectionId, contactId: "505" });
  const { status, body } = await api.call("GET", getDelivery, { params: { id } });
  expect(status).toBe(200);
  expect(body.steps.map((step: { name: string }) => step.name)).toEqual([
    "received",
    "key",
    "recorded",
    "answered",
    "collected",
    "loaded",
    "applied",
  ]);
  expect(body.steps.map((step: { attempt: number | null }) => step.attempt)).toEqual([
    null,
    null,
    null,
    null,
    null,
    1,
    1,
  ]);
  expect(body.request.pairs).toEqual([
    ["role", "gold"],
    ["contact[id]", "505"],
    ["contact[fields][7]", "a b"],
    ["x", "1"],
  ]);
  expect(body.request.body).toBe("contact%5Bid%5D=505&contact%5Bfields%5D%5B7%5D=a+b&x=1");
  expect(body.ackMs).toBeCloseTo(4.5, 1);
  expect(body.runs).toHaveLength(1);
  expect(body.related).toHaveLength(1);
  expect(body.contactUrl).toContain("505");
});

test("bytes that are no text are shown as base64", async () => {
  const id = await aDelivery(api.db, {
    connectionId,
    contactId: "506",
    body: Buffer.from([0xff, 0xfe, 0x41]),
  });
  const { body } = await api.call("GET", getDelivery, { params: { id } });
  expect(body.request).toMatchObject({ body: "", bodyBase64: "//5B", bodyBytes: 3 });
});

test("an id that is not there and one that is no id are not found", async () => {
  expect((await api.call("GET", getDelivery, { params: { id: uuidv7() } })).status).toBe(404);
  expect((await api.call("GET", getDelivery, { params: { id: "12" } })).status).toBe(404);
});

test("counts add up to the list, in slices of the range", async () => {
  for (const status of ["synced", "dead", "filtered"]) {
    await aDelivery(api.db, { connectionId, contactId: "507", outcome: { status } });
  }
  await aDelivery(api.db, { connectionId, contactId: "507" });
  const { body } = await api.call("GET", getCounts, { query: "contact=507" });
  expect(body.total).toBe(4);
  expect(body.byStatus).toMatchObject({ synced: 1, dead: 1, filtered: 1, queued: 1, held: 0 });
  const sum = (name: string) =>
    body.buckets.reduce((total: number, bucket: Record<string, number>) => total + bucket[name]!, 0);
  expect([sum("synced"), sum("failed"), sum("nothing"), sum("waiting")]).toEqual([1, 1, 1, 1]);
  expect(body.buckets.length).toBeGreaterThan(80);
  expect(body.buckets.length).toBeLessThan(100);
});
