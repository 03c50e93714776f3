import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessKeys } from "#db/schema/connections.ts";
import { auditLog } from "#db/schema/people.ts";
import { POST as rotate } from "../../app/api/v1/access-keys/[id]/rotate/route.ts";
import {
  GET as getKey,
  PATCH as patchKey,
  DELETE as revoke,
} from "../../app/api/v1/access-keys/[id]/route.ts";
import { POST as createKey, GET as listKeys } from "../../app/api/v1/access-keys/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { sha256 } from "../secrets.ts";
import { aConnection, aDelivery, aKey } from "./testing.ts";

let api: TestApi;
let connectionId: string;
beforeAll(async () => {
  api = await testApi();
  connectionId = await aConnection(api.db);
});
afterAll(() => api.close());

const create = (body: object, as: "owner" | "operator" | "viewer" | null = "operator") =>
  api.call("POST", createKey, { as, body: { connectionId, name: "Welcome automation", ...body } });

test("a new key is shown once, with its URLs in both forms, and stored as a hash", async () => {
  const { status, body } = await create({});
  expect(status).toBe(201);
  expect(body.key).toMatch(/^rck_[0-9A-Za-z]{26}$/);
  expect(body.urls.update).toBe(`http://localhost:3000/hooks/${body.key}/update`);
  expect(body.urls.wpFusion.add).toBe(`http://localhost:3000/?wpf_action=add&access_key=${body.key}`);
  expect(body).toMatchObject({ state: "active", weak: false, connectionName: "Test CRM", waitSeconds: 0 });
  const shown = await api.call("GET", getKey, { params: { id: body.id } });
  expect(JSON.stringify(shown.body)).not.toContain(body.key);
  const [row] = await api.db.select().from(accessKeys).where(eq(accessKeys.id, body.id));
  expect(row?.hash).toBe(sha256(body.key));
  const audited = await api.db.select().from(auditLog).where(eq(auditLog.targetId, body.id));
  expect(audited.map((entry) => [entry.actor, entry.action])).toEqual([["token operator", "created"]]);
});

test("a key may wait for a part of a second", async () => {
  const { body } = await create({ waitSeconds: 4.5 });
  expect(body.waitSeconds).toBe(4.5);
  const changed = await api.call("PATCH", patchKey, {
    params: { id: body.id },
    body: { waitSeconds: 0.5 },
  });
  expect(changed.body.waitSeconds).toBe(0.5);
});

test("URLs are made for the allowed actions only, on the host that was opened", async () => {
  const body = { connectionId, name: "Tags", actions: ["update_tags"] };
  const made = await api.call("POST", createKey, { body, headers: { host: "127.0.0.1:4000" } });
  expect(Object.keys(made.body.urls)).toEqual(["update_tags", "wpFusion"]);
  expect(made.body.urls.update_tags).toContain("http://127.0.0.1:4000/hooks/");
});

test("an existing plug-in key is taken along once, and marked weak when it is short", async () => {
  const first = await create({ key: "plugin12" });
  expect(first.body).toMatchObject({ key: "plugin12", weak: true, prefix: "plug" });
  const second = await create({ key: "plugin12" });
  expect(second.status).toBe(409);
  expect(second.body.error.code).toBe("conflict");
});

test("only an owner lets a key hand out a protected role, on create and on change", async () => {
  expect((await create({ roles: ["Administrator"] })).status).toBe(403);
  const guarded = await create({ roles: ["Administrator"] }, "owner");
  expect(guarded.status).toBe(201);
  const turn = (as: "owner" | "operator") =>
    api.call("POST", rotate, { as, params: { id: guarded.body.id }, body: {} });
  expect((await turn("operator")).status).toBe(403);
  expect((await turn("owner")).status).toBe(201);
  const { body } = await create({ roles: ["gold"] });
  const change = { params: { id: body.id }, body: { roles: ["editor"] } };
  expect((await api.call("PATCH", patchKey, { as: "operator", ...change })).status).toBe(403);
  expect((await api.call("PATCH", patchKey, { as: "owner", ...change })).body.roles).toEqual(["editor"]);
});

test("only an owner changes a key that hands out a protected role, whatever the change", async () => {
  const limits = { allowedIps: ["10.0.0.1"], actions: ["update"], expiresAt: "2099-01-01T00:00:00.000Z" };
  const { body } = await create({ roles: ["gold", "Administrator"], ...limits }, "owner");
  const change = (as: "owner" | "operator", given: object) =>
    api.call("PATCH", patchKey, { as, params: { id: body.id }, body: given });
  for (const given of [
    { allowedIps: null, actions: null, expiresAt: null },
    { name: "Mine" },
    { roles: [] },
  ]) {
    const refused = await change("operator", given);
    expect([refused.status, refused.body.error.code]).toEqual([403, "forbidden"]);
    expect(refused.body.error.message).toContain("Administrator");
  }
  expect((await api.call("GET", getKey, { params: { id: body.id } })).body).toMatchObject(limits);
  expect((await change("owner", { allowedIps: null })).body.allowedIps).toBeNull();
});

test("bad input is refused with the field's name", async () => {
  const noName = await create({ name: " " });
  expect([noName.status, noName.body.error.details[0].path]).toEqual([400, "name"]);
  for (const range of ["10.0.0.0/99", "::ffff:127.0.0.0/8"]) {
    const { message } = (await create({ allowedIps: ["10.0.0.1", range] })).body.error;
    expect(message).toContain(`“${range}”`);
    expect(message).toContain("such as 198.51.100.0/24");
  }
  expect((await create({ key: "a b" })).status).toBe(400);
  expect((await create({ connectionId: uuidv7() })).status).toBe(404);
  const notJson = await api.call("POST", createKey, { body: "{" });
  expect([notJson.status, notJson.body.error.code]).toEqual([400, "invalid"]);
});

test.each(["0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"])(
  "an expiry of %s is refused",
  async (expiresAt) => {
    const { status, body } = await create({ expiresAt });
    expect([status, body.error.details[0].path]).toEqual([400, "expiresAt"]);
  },
);

test("a viewer reads keys and makes none; without a token nothing is read", async () => {
  expect((await create({}, "viewer")).status).toBe(403);
  expect((await create({}, null)).status).toBe(401);
  expect((await api.call("GET", listKeys, { as: "viewer" })).status).toBe(200);
});

test("a body over 1 MiB is refused", async () => {
  const answer = await create({ name: "x".repeat(1024 * 1024) });
  expect([answer.status, answer.body.error.code]).toEqual([413, "too_large"]);
});

test("rotation keeps the old key for the overlap, names its callers, and happens once", async () => {
  const old = (await create({ actions: ["add"], roles: ["gold"] })).body;
  const turn = () => api.call("POST", rotate, { params: { id: old.id }, body: {} });
  const [one, two] = await Promise.all([turn(), turn()]);
  expect([one.status, two.status].sort()).toEqual([201, 409]);
  const successor = one.status === 201 ? one.body : two.body;
  expect(successor).toMatchObject({ actions: ["add"], roles: ["gold"], state: "active" });
  await aDelivery(api.db, {
    connectionId,
    keyId: old.id,
    action: "add",
    remoteAddress: "203.0.113.9",
    outcome: { status: "synced" },
  });
  const { body } = await api.call("GET", getKey, { params: { id: old.id } });
  expect(body).toMatchObject({ state: "rotating", replacedBy: successor.id });
  const hours = (new Date(body.expiresAt).getTime() - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThan(24.1);
  expect(body.callers).toEqual([
    expect.objectContaining({ address: "203.0.113.9", dialect: "rollcall", action: "add", uses: 1 }),
  ]);
});

test("a key that is to end at a time ends then, however often it is rotated", async () => {
  const expiresAt = new Date(Date.now() + 6 * 3_600_000).toISOString();
  const old = (await create({ expiresAt })).body;
  const turn = (id: string, overlapHours: number) =>
    api.call("POST", rotate, { params: { id }, body: { overlapHours } });
  const first = await turn(old.id, 1);
  expect([first.status, first.body.expiresAt]).toEqual([201, expiresAt]);
  const second = await turn(first.body.id, 24);
  expect([second.status, second.body.expiresAt]).toEqual([201, expiresAt]);
  const replaced = await api.call("GET", getKey, { params: { id: first.body.id } });
  expect(replaced.body).toMatchObject({ state: "rotating", expiresAt });
});

test("an expired key cannot be rotated, and the answer says what to do", async () => {
  const { body } = await create({ expiresAt: new Date(Date.now() - 1_000).toISOString() });
  const answer = await api.call("POST", rotate, { params: { id: body.id }, body: {} });
  expect(answer.status).toBe(409);
  expect(answer.body.error).toMatchObject({
    code: "conflict",
    message: "This key has expired. Make a new one instead.",
  });
  const after = await api.call("GET", getKey, { params: { id: body.id } });
  expect(after.body).toMatchObject({ state: "expired", replacedBy: null });
});

test("a revoked key stays revoked and cannot be rotated", async () => {
  const { body } = await create({});
  const params = { id: body.id };
  const first = await api.call("DELETE", revoke, { as: "operator", params });
  const again = await api.call("DELETE", revoke, { as: "operator", params });
  expect([first.body.state, again.body.revokedAt]).toEqual(["revoked", first.body.revokedAt]);
  expect((await api.call("POST", rotate, { params })).status).toBe(409);
  expect((await api.call("POST", rotate, { params: { id: uuidv7() } })).status).toBe(404);
  expect((await api.call("DELETE", revoke, { params: { id: uuidv7() } })).status).toBe(404);
});

test("the key of an event webhook is Rollcall’s own: nobody changes, revokes or rotates it, and it is told why", async () => {
  const id = await aKey(api.db, connectionId);
  await api.db
    .update(accessKeys)
    .set({ purpose: "event", actions: ["update"] })
    .where(eq(accessKeys.id, id));
  const params = { id };
  const answers = [
    await api.call("PATCH", patchKey, { params, body: { actions: ["add"] } }),
    await api.call("DELETE", revoke, { params }),
    await api.call("POST", rotate, { params, body: {} }),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(409);
    expect(body.error.message).toContain("set the connection’s mode to automations only and back");
  }
  const [row] = await api.db.select().from(accessKeys).where(eq(accessKeys.id, id));
  expect(row).toMatchObject({ actions: ["update"], revokedAt: null, replacedBy: null });
});
