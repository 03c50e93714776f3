import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeMember } from "#db/factories.ts";
import { GET as listKinds } from "../../app/api/v1/destination-kinds/route.ts";
import { POST as pushMember } from "../../app/api/v1/destinations/[id]/members/[memberId]/push/route.ts";
import { POST as unlinkMember } from "../../app/api/v1/destinations/[id]/members/[memberId]/unlink/route.ts";
import { GET as listTargets } from "../../app/api/v1/destinations/[id]/members/route.ts";
import { POST as pause } from "../../app/api/v1/destinations/[id]/pause/route.ts";
import { GET as plan } from "../../app/api/v1/destinations/[id]/plan/route.ts";
import { POST as preview } from "../../app/api/v1/destinations/[id]/preview/route.ts";
import { POST as abort } from "../../app/api/v1/destinations/[id]/push/[everyoneId]/abort/route.ts";
import { GET as getEveryone } from "../../app/api/v1/destinations/[id]/push/[everyoneId]/route.ts";
import { POST as pushEveryone } from "../../app/api/v1/destinations/[id]/push/route.ts";
import { POST as resume } from "../../app/api/v1/destinations/[id]/resume/route.ts";
import { POST as retry } from "../../app/api/v1/destinations/[id]/retry/route.ts";
import { POST as rotate } from "../../app/api/v1/destinations/[id]/rotate-secret/route.ts";
import { GET as getOne, PATCH as patch, DELETE as remove } from "../../app/api/v1/destinations/[id]/route.ts";
import { POST as testNow } from "../../app/api/v1/destinations/[id]/test/route.ts";
import { POST as create, GET as list } from "../../app/api/v1/destinations/route.ts";
import { GET as getMember } from "../../app/api/v1/members/[id]/route.ts";
import { destination as shape } from "../api/destination-shapes.ts";
import * as shapes from "../api/push-shapes.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { pumping, type Receiver, startReceiver } from "../push/testing.ts";
import { wantPushes } from "../push/want.ts";
import { seal } from "../secrets.ts";

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  process.env.OUTBOUND_ALLOW = "127.0.0.0/8";
  [api, receiver] = await Promise.all([testApi(), startReceiver()]);
});
afterAll(async () => {
  receiver.close();
  await api.close();
});
beforeEach(async () => {
  receiver.told.length = 0;
  receiver.answer = () => ({ status: 200 });
  await api.db
    .$client`truncate destinations, push_targets, pushes, everyones, members, breakers, audit_log cascade`;
});

const made = async (given: Record<string, unknown> = {}) => {
  const { settings, ...rest } = given;
  const body = { kind: "http", name: "Forum", settings: { url: receiver.url, ...(settings ?? {}) }, ...rest };
  return (await api.call("POST", create, { body })).body;
};
const want = (memberId: string) =>
  wantPushes(api.db.$client, [{ memberId, syncId: null, priority: "update" }]);
const targets = async (id: string, query = "") =>
  (await api.call("GET", listTargets, { as: "viewer", params: { id }, query })).body.items;
const settled = (state: string, count: number) => async () => {
  const rows = await api.db.execute(sql`select from push_targets where state = ${state}`);
  return rows.length === count;
};
const audited = async () => {
  const rows = await api.db.execute<{ action: string }>(sql`select action from audit_log order by id`);
  return rows.map(({ action }) => action);
};

test("kinds are listed with the settings they take, without saying how secrets are kept", async () => {
  const { body } = await api.call("GET", listKinds, { as: "viewer" });
  expect(body.items.map((one: { kind: string }) => one.kind)).toEqual(["wordpress", "http", "discourse"]);
  const [wordpress, http] = body.items;
  expect(http).toMatchObject({ madeSecrets: ["secret"], canRotate: true });
  expect(http.settingsSchema.required).toEqual(["url"]);
  expect(JSON.stringify(http.eventSchema)).toContain("member.role_changed");
  expect(wordpress).toMatchObject({ canRotate: false, eventSchema: null, madeSecrets: [] });
  expect(wordpress.secretsSchema.required).toEqual(["applicationPassword"]);
});

test("a new destination is tested at once, and its secret is shown this once", async () => {
  const one = await made();
  expect(one.secret).toMatch(/^whsec_/);
  expect(one).toMatchObject({ state: "active", lastTest: { ok: true }, ratePerMinute: 600, concurrency: 4 });
  expect(receiver.told).toMatchObject([{ type: "destination.tested" }]);
  const { body } = await api.call("GET", getOne, { as: "viewer", params: { id: one.id } });
  expect(shape.safeParse(body).error).toBeUndefined();
  expect(JSON.stringify(body)).not.toContain(one.secret);
  expect(body).toMatchObject({ secretsSet: ["secret"], health: { breaker: { state: "closed" } } });
  const brought = await made({ settings: { secret: one.secret } });
  expect(brought.secret).toBeUndefined();
  expect(await audited()).toEqual(["created", "created"]);
});

test("settings that do not fit are refused by name, and an unknown kind too", async () => {
  const body = { kind: "http", name: "x", settings: { url: "ftp://a.example" } };
  const refused = await api.call("POST", create, { body });
  expect(refused.status).toBe(400);
  expect(refused.body.error.details[0].path).toBe("settings.url");
  expect((await api.call("POST", create, { body: { ...body, kind: "fax" } })).status).toBe(400);
});

test("a viewer reads, an operator pauses and retries, an owner alone sets up", async () => {
  const { id } = await made();
  const status = async (
    method: string,
    handler: Parameters<TestApi["call"]>[1],
    as: "viewer" | "operator",
    body = {},
  ) =>
    (await api.call(method, handler, { as, params: { id }, body: method === "GET" ? undefined : body }))
      .status;
  expect(await status("GET", list, "viewer")).toBe(200);
  expect(await status("POST", pause, "viewer")).toBe(403);
  expect(await status("POST", pause, "operator")).toBe(200);
  expect(await status("POST", resume, "operator")).toBe(200);
  expect(await status("POST", retry, "operator")).toBe(202);
  expect(await status("PATCH", patch, "operator", { name: "New" })).toBe(403);
  expect(await status("POST", rotate, "operator")).toBe(403);
  expect(await status("DELETE", remove, "operator", { name: "Forum" })).toBe(403);
  expect(await audited()).toEqual(["created", "paused", "resumed"]);
});

test("a change keeps the settings and secrets that it does not name, and a mended destination goes on", async () => {
  const one = await made({ settings: { filter: { tags: ["Gold"] } } });
  const gold = await makeMember(api.db, { tags: ["Gold"] });
  receiver.answer = () => ({ status: 410 });
  await want(gold.id);
  const stopped = async () => (await api.call("GET", getOne, { params: { id: one.id } })).body;
  await pumping(api.db, async () => (await stopped()).state === "stopped");
  expect((await stopped()).health).toMatchObject({ reason: "site_gone", stateBy: null });
  expect((await stopped()).health.sentence).toContain("127.0.0.1");
  receiver.answer = () => ({ status: 200 });
  const changed = await api.call("PATCH", patch, {
    params: { id: one.id },
    body: { ratePerMinute: 60, settings: { events: ["member.created"] } },
  });
  expect(changed.body).toMatchObject({
    state: "active",
    ratePerMinute: 60,
    settings: { events: ["member.created"], filter: { tags: ["Gold"] } },
    secretsSet: ["secret"],
  });
  await pumping(api.db, settled("idle", 1));
  expect(receiver.taken().map(({ type }) => type)).toContain("member.created");
  expect((await audited()).slice(-2)).toEqual(["changed", "resumed"]);
});

test("a secret is exchanged with an overlap, by kinds that make their own", async () => {
  const one = await made();
  const rotated = await api.call("POST", rotate, { params: { id: one.id }, body: { overlapHours: 2 } });
  expect(rotated.status).toBe(201);
  expect(rotated.body.secret).toMatch(/^whsec_/);
  expect(rotated.body.secret).not.toBe(one.secret);
  const hours = (new Date(rotated.body.oldSecretUntil).getTime() - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(1.9);
  expect((await api.call("POST", testNow, { as: "operator", params: { id: one.id } })).body.ok).toBe(true);
});

test("it is deleted by its typed name, with what it was owed", async () => {
  const { id } = await made();
  const member = await makeMember(api.db);
  await want(member.id);
  expect((await api.call("DELETE", remove, { params: { id }, body: { name: "forum" } })).status).toBe(400);
  const gone = await api.call("DELETE", remove, { params: { id }, body: { name: "Forum" } });
  expect(gone.body).toEqual({ id, targets: 1 });
  expect((await api.call("GET", getOne, { params: { id } })).status).toBe(404);
  expect(await settled("due", 0)()).toBe(true);
});

test("a dry run names nothing that the site is not told", async () => {
  const { id } = await made({ settings: { attributes: ["tags"], fields: ["city"] } });
  const known = await makeMember(api.db, { number: 1, fields: { city: "Bath", phone: "1" } });
  await want(known.id);
  await pumping(api.db, settled("idle", 1));
  await api.db.execute(
    sql`update members set role = 'gold', tags = '{New}', fields = '{"city": "Rye", "phone": "2"}'`,
  );
  await makeMember(api.db, { number: 2, fields: { city: "Ely", phone: "3" } });
  const { items } = (await api.call("GET", plan, { as: "viewer", params: { id } })).body;
  const [changed, fresh] = items.map((item: { changes: object }) => item.changes);
  const untold = { tagsRemoved: [], created: false };
  expect(changed).toEqual({ ...untold, tagsAdded: ["New"], fields: { city: ["Bath", "Rye"] } });
  expect(fresh).toMatchObject({ created: true, fields: { city: [null, "Ely"] } });
  expect(Object.keys(fresh)).not.toContain("role");
  expect(fresh.fields).not.toHaveProperty("phone");
});

test("a dry run tells per member what would be told, page by page, and sends nothing", async () => {
  const { id } = await made({ settings: { filter: { notTags: ["Banned"] } } });
  const [kept, changed] = [await makeMember(api.db, { number: 1 }), await makeMember(api.db, { number: 2 })];
  await makeMember(api.db, { number: 3, tags: ["Banned"] });
  const leaves = await makeMember(api.db, { number: 4 });
  for (const one of [kept, changed, leaves]) await want(one.id);
  await pumping(api.db, settled("idle", 3));
  const fresh = await makeMember(api.db, { number: 5 });
  await api.db.execute(sql`update members set role = 'gold', tags = '{New}' where id = ${changed.id}`);
  await api.db.execute(sql`update members set tags = '{Banned}' where id = ${leaves.id}`);
  receiver.told.length = 0;
  const ask = async (query: string) =>
    (await api.call("GET", plan, { as: "viewer", params: { id }, query })).body;
  const whole = await ask("");
  expect(shapes.plan.safeParse(whole).error).toBeUndefined();
  expect(whole).toMatchObject({ checked: 5, unchanged: 1, leftOut: 1, total: 5, nextCursor: null });
  expect(whole.items).toMatchObject([
    {
      memberId: changed.id,
      what: "changed",
      because: "member",
      changes: { role: ["subscriber", "gold"], tagsAdded: ["New"] },
      events: ["member.updated"],
    },
    { memberId: leaves.id, what: "removed", events: ["member.deleted"] },
    { memberId: fresh.id, what: "new", changes: { created: true }, events: ["member.created"] },
  ]);
  const first = await ask("limit=3");
  const second = await ask(`limit=3&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items]).toEqual(whole.items);
  const shown = await api.call("POST", preview, { params: { id }, body: { memberId: changed.id } });
  expect(shown.body).toMatchObject({
    what: "changed",
    events: [{ type: "member.updated", data: { member: { role: "gold" } } }],
  });
  expect(receiver.told).toHaveLength(0);
});

test("what went wrong is listed with its reason, and retried alone", async () => {
  const { id } = await made();
  for (let number = 1; number <= 3; number++) await want((await makeMember(api.db, { number })).id);
  receiver.answer = ({ email }) => ({ status: email === "member2@example.com" ? 400 : 200 });
  await pumping(api.db, settled("idle", 2));
  const wrong = await targets(id, "state=failed,dead,refused");
  expect(wrong).toMatchObject([
    { email: "member2@example.com", state: "failed", reason: "site_refused_call", attempts: 1 },
  ]);
  expect(shapes.target.safeParse(wrong[0]).error).toBeUndefined();
  expect(wrong[0].sentence).toContain("127.0.0.1");
  const { body } = await api.call("GET", getMember, { params: { id: wrong[0].memberId } });
  expect(body.sites).toMatchObject([{ destinationId: id, name: "Forum", state: "failed" }]);
  receiver.told.length = 0;
  receiver.answer = () => ({ status: 200 });
  expect((await api.call("POST", retry, { params: { id } })).body).toEqual({ total: 1 });
  await pumping(api.db, settled("idle", 3));
  expect(receiver.told.map(({ email }) => email)).toEqual(["member2@example.com"]);
  const { health } = (await api.call("GET", getOne, { params: { id } })).body;
  expect(health).toMatchObject({
    backlog: { pushed: 3, failed: 0 },
    last24Hours: { done: 3, failed: 1 },
    lastPush: { status: "done", email: "member2@example.com" },
  });
});

test("one member is pushed although nothing changed, and taken off again", async () => {
  const { id } = await made();
  const member = await makeMember(api.db);
  const params = { id, memberId: member.id };
  expect((await api.call("POST", unlinkMember, { params })).status).toBe(404);
  expect((await api.call("POST", pushMember, { as: "operator", params })).body.state).toBe("waiting");
  await pumping(api.db, settled("idle", 1));
  await api.call("POST", pushMember, { params });
  await pumping(api.db, settled("idle", 1));
  expect((await api.call("POST", unlinkMember, { params })).body).toMatchObject({ want: "unlink" });
  await pumping(api.db, settled("idle", 1));
  const types = receiver.told.map(({ type }) => type).slice(1);
  expect(types).toEqual(["member.created", "member.updated", "member.deleted"]);
  expect((await targets(id))[0]).toMatchObject({ state: "pushed", externalId: null });
});

test("everyone is pushed again with progress, once at a time, and an abort leaves what others want", async () => {
  const { id } = await made();
  const members = [];
  for (let number = 1; number <= 6; number++) members.push(await makeMember(api.db, { number }));
  const started = await api.call("POST", pushEveryone, { as: "operator", params: { id } });
  expect(started).toMatchObject({ status: 202, body: { total: 6 } });
  expect((await api.call("POST", pushEveryone, { params: { id } })).status).toBe(409);
  const params = { id, everyoneId: started.body.id };
  expect((await api.call("GET", getEveryone, { params })).body).toMatchObject({ done: 0, waiting: 6 });
  await want(members[0]?.id ?? "");
  const aborted = await api.call("POST", abort, { as: "operator", params });
  expect(aborted.body).toMatchObject({ state: "aborted", total: 6, done: 0, waiting: 6 });
  await pumping(api.db, settled("idle", 6));
  expect(
    receiver
      .taken()
      .slice(1)
      .map(({ email }) => email),
  ).toEqual(["member1@example.com"]);
  const again = await api.call("POST", pushEveryone, { params: { id } });
  const done = async () => {
    const { body } = await api.call("GET", getEveryone, { params: { id, everyoneId: again.body.id } });
    return body.state === "done" && body.done === 6 && body.waiting === 0;
  };
  await pumping(api.db, done);
  expect((await api.call("GET", getEveryone, { params })).body).toMatchObject({ done: 0, waiting: 6 });
});

test("secrets that cannot be opened are a named state that a person can mend, and nothing else breaks", async () => {
  const one = await made();
  const params = { id: one.id };
  await makeMember(api.db);
  await api.db.execute(
    sql`update destinations set secrets = ${seal("another key than this server has", "{}")}`,
  );
  const { body } = await api.call("GET", list, { as: "viewer" });
  expect(body.items[0]).toMatchObject({ state: "stopped", secretsSet: [] });
  expect(body.items[0].health).toMatchObject({ state: "stopped", reason: "site_secrets_locked" });
  expect(body.items[0].health.remedy).toContain("put its secrets in again");

  const [member] = await api.db.execute<{ id: string }>(sql`select id from members`);
  await want(member?.id ?? "");
  const stopped = async () =>
    (await api.db.execute(sql`select from destinations where reason = 'site_secrets_locked'`)).length === 1;
  await pumping(api.db, stopped);
  const tested = await api.call("POST", testNow, { params });
  expect(tested.body).toMatchObject({ ok: false, checks: [{ reason: "site_secrets_locked" }] });
  const planned = await api.call("GET", plan, { params });
  expect(planned.status).toBe(409);
  expect(planned.body.error.message).toContain("ENCRYPTION_KEY");

  const mended = await api.call("POST", rotate, { params, body: {} });
  expect(mended.body.secret).toMatch(/^whsec_/);
  expect(mended.body).toMatchObject({ state: "active", secretsSet: ["secret"], lastTest: { ok: true } });
  await pumping(api.db, settled("idle", 1));
  expect(receiver.told.at(-1)).toMatchObject({ type: "member.created", status: 200 });
});
