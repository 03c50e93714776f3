import { afterAll, beforeAll, expect, test } from "vitest";
import { memberChanges, memberContacts, members } from "#db/schema/members.ts";
import { GET as getMember } from "../../app/api/v1/members/[id]/route.ts";
import { POST as refresh } from "../../app/api/v1/members/refresh/route.ts";
import { GET as listMembers } from "../../app/api/v1/members/route.ts";
import { POST as verify } from "../../app/api/v1/members/verify-password/route.ts";
import { hashPassword } from "../auth/passwords.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { whereBegins } from "./member-search.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
let connectionId: string;
let ada: string;
beforeAll(async () => {
  api = await testApi();
  connectionId = await aConnection(api.db);
  ada = await aMember("Ada@Example.com", {
    firstName: "Ada",
    lastName: "Lovelace",
    tags: ["Gold", "Course: Start"],
  });
  await aMember("bob@example.com", { firstName: "Bob", lastName: "Adams", tags: ["Gold"] });
  await aMember("cleo@example.com", {});
});
afterAll(() => api.close());

async function aMember(email: string, given: Partial<typeof members.$inferInsert>): Promise<string> {
  const id = uuidv7();
  const login = email.split("@")[0]?.toLowerCase() ?? "";
  const passwordHash = await hashPassword(`secret of ${login}`);
  const plain = { firstName: "", lastName: "", tags: [], fields: { city: "Köln" }, syncedAt: new Date() };
  await api.db
    .insert(members)
    .values({ id, email, login, role: "subscriber", passwordHash, ...plain, ...given });
  const link = {
    connectionId,
    contactId: String(login.charCodeAt(0)),
    memberId: id,
    tags: [],
    fields: {},
    loadedAt: new Date(),
  };
  await api.db.insert(memberContacts).values(link);
  return id;
}
const found = async (query: string) =>
  (await api.call("GET", listMembers, { query })).body.items.map((item: { login: string }) => item.login);
const check = (login: string, password: string) =>
  api.call("POST", verify, { as: "operator", body: { login, password } });

test("members are found by e-mail, tag and the beginning of a name", async () => {
  expect(await found("email=ada@example.com")).toEqual(["ada"]);
  expect(await found("tag=Gold")).toEqual(["bob", "ada"]);
  expect(await found("tag=Course: Start")).toEqual(["ada"]);
  expect(await found("q=ada")).toEqual(["bob", "ada"]);
  expect(await found("q=100%")).toEqual([]);
  expect(await found("q=ada&tag=Course: Start")).toEqual(["ada"]);
  expect(await found("")).toEqual(["cleo", "bob", "ada"]);
});

test("whoever begins with a text is found, whether few do or many", async () => {
  const matching = async (text: string, most: number) => {
    const where = await whereBegins(api.db, text, most);
    const rows = await api.db
      .select({ login: members.login })
      .from(members)
      .where(where)
      .orderBy(members.login);
    return rows.map(({ login }) => login);
  };
  for (const most of [0, 1, 2, 1_000]) {
    expect(await matching(" ADA", most)).toEqual(["ada", "bob"]);
    expect(await matching("bob a", most)).toEqual(["bob"]);
    expect(await matching("cleo@", most)).toEqual(["cleo"]);
    expect(await matching("nobody", most)).toEqual([]);
  }
});

test("pages of members follow each other", async () => {
  const first = await api.call("GET", listMembers, { query: "limit=2" });
  const second = await api.call("GET", listMembers, { query: `limit=2&cursor=${first.body.nextCursor}` });
  expect(second.body).toMatchObject({ items: [{ login: "ada" }], nextCursor: null });
});

test("a member is shown without the password's hash", async () => {
  const { body } = await api.call("GET", listMembers, { query: "email=ADA@example.com" });
  expect(body.items[0]).toMatchObject({
    id: ada,
    email: "Ada@Example.com",
    role: "subscriber",
    firstName: "Ada",
    tags: ["Gold", "Course: Start"],
    fields: { city: "Köln" },
    contacts: [{ connectionId, contactId: "97" }],
    hasPassword: true,
  });
  expect(JSON.stringify(body)).not.toContain("argon2");
});

test("the detail has links to the CRM and the history with its delivery", async () => {
  const syncId = uuidv7();
  const changes = { created: true, tagsAdded: ["Gold"], tagsRemoved: [], fields: {} };
  await api.db.insert(memberChanges).values({ id: uuidv7(), memberId: ada, syncId, changes });
  const deliveryId = await aDelivery(api.db, {
    connectionId,
    contactId: "97",
    outcome: { status: "synced", memberId: ada, syncIds: [syncId] },
  });
  const { body } = await api.call("GET", getMember, { params: { id: ada } });
  expect(body.links).toEqual([
    expect.objectContaining({
      connectionName: "Test CRM",
      contactId: "97",
      url: expect.stringContaining("97"),
    }),
  ]);
  expect(body.history).toEqual([expect.objectContaining({ changes, deliveryId })]);
  expect(body.passwordWaiting).toBe(false);
  expect((await api.call("GET", getMember, { params: { id: uuidv7() } })).status).toBe(404);
});

test("who has a member already is told so by the ETag, until the member changes", async () => {
  const asks = [
    { handler: getMember, options: { params: { id: ada } } },
    { handler: listMembers, options: { query: "email=ada@example.com" } },
  ];
  for (const { handler, options } of asks) {
    const first = await api.call("GET", handler, options);
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const again = await api.call("GET", handler, { ...options, headers: { "if-none-match": known } });
      expect([again.status, again.body, again.headers.get("etag")]).toEqual([304, "", tag]);
    }
    await api.db.$client`update members set first_name = first_name || '!' where id = ${ada}`;
    const changed = await api.call("GET", handler, { ...options, headers: { "if-none-match": tag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(tag);
  }
});

test("the right password answers with the member, by login or e-mail", async () => {
  expect((await check("ada", "secret of ada")).body.member.id).toBe(ada);
  expect((await check("ADA@example.com", "secret of ada")).status).toBe(200);
});

test("a wrong password and an unknown login are one answer", async () => {
  const answers = [await check("ada", "wrong"), await check("nobody", "wrong")];
  expect(answers.map((answer) => answer.status)).toEqual([401, 401]);
  expect(answers[0]?.body).toEqual(answers[1]?.body);
});

test("after ten wrong passwords a login waits", async () => {
  const tries = await Promise.all(Array.from({ length: 11 }, () => check("cleo", "wrong")));
  expect(tries.filter((answer) => answer.status === 429)).toHaveLength(1);
  expect((await check("cleo", "secret of cleo")).status).toBe(429);
  expect((await check("bob", "secret of bob")).status).toBe(200);
});

test("a viewer checks no passwords", async () => {
  const answer = await api.call("POST", verify, {
    as: "viewer",
    body: { login: "ada", password: "secret of ada" },
  });
  expect(answer.status).toBe(403);
});

test("a refresh that the CRM does not answer in time gives what the directory holds", async () => {
  const ask = (email: string) => api.call("POST", refresh, { body: { email, timeoutMs: 0 } });
  expect((await ask("ada@example.com")).body).toMatchObject({ source: "directory", member: { id: ada } });
  expect((await ask("nobody@example.com")).status).toBe(404);
  expect((await ask("nobody")).status).toBe(400);
});
