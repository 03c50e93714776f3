import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeConnection, makeMember } from "#db/factories.ts";
import { memberContacts } from "#db/schema/members.ts";
import { POST as writeFields } from "../../app/api/v1/contacts/fields/route.ts";
import { POST as writeTags } from "../../app/api/v1/contacts/tags/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { seal } from "../secrets.ts";

let api: TestApi;
let sandbox: Sandbox;
let connectionId: string;
beforeAll(async () => {
  api = await testApi();
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 5 });
});
beforeEach(async () => {
  await api.db.$client`delete from connections`;
  await api.db.$client`delete from members`;
  await api.db.$client`delete from breakers`;
  connectionId = await aConnection();
});
afterAll(async () => {
  await sandbox.close();
  await api.close();
});

const aConnection = async () =>
  (
    await makeConnection(api.db, {
      baseUrl: sandbox.url,
      credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
      callsPerSecond: 1000,
    })
  ).id;
const emailOf = (contactId: number) => sandbox.state.contacts.get(contactId)?.email ?? "";
const tags = (body: object) => api.call("POST", writeTags, { as: "operator", body });
const fields = (body: object) => api.call("POST", writeFields, { as: "operator", body });
const deliveryOf = async (id: string) => {
  const [row] = await api.db.$client`
    select action, trigger, contact_id, path, remote_address from deliveries where id = ${id}`;
  return row;
};

const tagsOf = (contactId: number) =>
  [...(sandbox.state.contacts.get(contactId)?.tags.keys() ?? [])].map((tag) => sandbox.state.tags.get(tag));

test("tags are written to the CRM, traced, and the contact is read again", async () => {
  const { status, body } = await tags({ email: emailOf(1), add: ["Bought: Start"], remove: ["Never there"] });
  expect([status, body]).toEqual([200, { delivery: expect.any(String), connectionId, contactId: "1" }]);
  expect(tagsOf(1)).toContain("Bought: Start");
  expect(await deliveryOf(body.delivery)).toEqual({
    action: "update",
    trigger: "person",
    contact_id: "1",
    path: "/api/v1/contacts/tags",
    remote_address: "token operator",
  });
  const traces = await api.db.$client`select kind, name from write_traces order by id`;
  expect(traces).toContainEqual({ kind: "tag_added", name: "bought: start" });
  await tags({ email: emailOf(1), remove: ["Bought: Start"] });
  expect(tagsOf(1)).not.toContain("Bought: Start");
});

test("fields are written under their personalisation tag, and an unknown one is named", async () => {
  const [field] = sandbox.state.fields.values();
  const perstag = field?.perstag.toLowerCase() ?? "";
  const { status, body } = await fields({ email: emailOf(2), fields: { [perstag]: "Zoë" } });
  expect([status, body.contactId]).toEqual([200, "2"]);
  expect(sandbox.state.contacts.get(2)?.fieldValues.get(field?.id ?? 0)?.value).toBe("Zoë");
  const half = await fields({ email: emailOf(2), fields: { [perstag]: "Bo", no_such_field: "1" } });
  expect(half.status).toBe(400);
  expect(half.body.error).toMatchObject({
    message: expect.stringContaining("no_such_field"),
    details: { reason: "field_missing", written: [perstag], delivery: expect.any(String) },
  });
  expect(await deliveryOf(half.body.error.details.delivery)).toMatchObject({ contact_id: "2" });
});

test("a person whom the CRM does not know is not found, and nothing is recorded", async () => {
  const [before] = await api.db.$client`select count(*) from deliveries`;
  expect((await tags({ email: "nobody@example.com", add: ["A"] })).status).toBe(404);
  expect(await api.db.$client`select count(*) from deliveries`).toEqual([before]);
});

test("the CRM’s failure is the answer, with its reason", async () => {
  sandbox.control.fault("402", 1);
  const answer = await tags({ email: emailOf(3), add: ["A"] });
  sandbox.control.clearFaults();
  expect([answer.status, answer.body.error.details.reason]).toEqual([503, "crm_payment_required"]);
});

test("while the account asks for silence, nobody waits for its end", async () => {
  await tags({ email: emailOf(1), add: ["A"] });
  await api.db.$client`update budgets set paused_until = now() + interval '10 minutes'`;
  const answer = await tags({ email: emailOf(1), add: ["B"] });
  await api.db.$client`update budgets set paused_until = null`;
  expect([answer.status, answer.body.error.details.reason]).toEqual([503, "crm_rate_limited"]);
});

test("a member is written where the member is linked, and with two CRMs it must be said where", async () => {
  const other = (await makeConnection(api.db, { number: 2 })).id;
  expect((await tags({ email: emailOf(4), add: ["A"] })).body.error.details[0].path).toBe("connectionId");
  const { id: memberId } = await makeMember(api.db, { email: "moved@example.com", login: "moved" });
  const link = { memberId, tags: [], fields: {}, loadedAt: new Date() };
  await api.db.insert(memberContacts).values({ ...link, connectionId, contactId: "4" });
  expect((await tags({ email: "Moved@example.com", add: ["A"] })).body.contactId).toBe("4");
  expect(tagsOf(4)).toContain("A");
  await api.db.insert(memberContacts).values({ ...link, connectionId: other, contactId: "77" });
  expect((await tags({ email: "moved@example.com", add: ["B"] })).status).toBe(400);
  expect((await tags({ email: "moved@example.com", add: ["B"], connectionId })).status).toBe(200);
  expect((await tags({ email: "moved@example.com", add: ["B"], connectionId: uuidv7() })).status).toBe(404);
});

test.each([
  { add: [] },
  { add: ["A"], remove: ["A"] },
  { add: [" "] },
  { add: Array.from({ length: 21 }, (_, at) => `T${at}`) },
])("%o is no wish", async (given) => {
  expect((await tags({ email: emailOf(1), ...given })).status).toBe(400);
});
