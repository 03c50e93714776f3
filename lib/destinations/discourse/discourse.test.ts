import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { GiveUp, RetryLater } from "../../errors.ts";
import { createOutbound } from "../../http/outbound.ts";
import { type MemberView, nothingKnown } from "../contract.ts";
import { discourse } from "./discourse.ts";

/** A forum as its API documentation describes one. */
const forum = {
  key: "the key",
  groups: new Map<string, { id: number; members: Set<number> }>(),
  users: [] as { id: number; username: string; email: string }[],
  fault: null as { status: number; headers?: Record<string, string> } | null,
};
const writes: string[] = [];
let server: Server;
let url = "";

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    const [status, json] = answer(
      request.method ?? "",
      new URL(request.url ?? "", url),
      body,
      request.headers,
    );
    response
      .writeHead(status, { "content-type": "application/json", ...forum.fault?.headers })
      .end(JSON.stringify(json));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const failed = (status: number, error: string): [number, unknown] => [status, { errors: [error] }];

function answer(
  method: string,
  { pathname, searchParams }: URL,
  body: { usernames?: string },
  headers: Record<string, unknown>,
): [number, unknown] {
  if (forum.fault) return failed(forum.fault.status, "a fault");
  if (headers["api-key"] !== forum.key || headers["api-username"] !== "system")
    return failed(403, "You are not permitted to view the requested resource.");
  const [, id] = /^\/admin\/users\/(\d+)\.json$/.exec(pathname) ?? [];
  if (pathname === "/admin/users/list/all.json")
    return [200, forum.users.filter(({ email }) => email.includes(searchParams.get("email") ?? ""))];
  if (id) {
    const user = forum.users.find((one) => String(one.id) === id);
    if (!user) return failed(404, "not found");
    const groups = [...forum.groups].filter(([, { members }]) => members.has(user.id));
    return [200, { ...user, groups: groups.map(([name, group]) => ({ id: group.id, name })) }];
  }
  const [, name = ""] = /^\/groups\/([^/]+)\.json$/.exec(pathname) ?? [];
  const group = forum.groups.get(decodeURIComponent(name));
  if (name) return group ? [200, { group: { id: group.id, name } }] : failed(404, "not found");
  const [, groupId] = /^\/groups\/(\d+)\/members\.json$/.exec(pathname) ?? [];
  const [groupName, { members } = { members: new Set<number>() }] =
    [...forum.groups].find(([, one]) => String(one.id) === groupId) ?? [];
  const user = forum.users.find(({ username }) => username === body.usernames);
  if (!groupName || !user) return failed(400, "invalid parameters");
  writes.push(`${method} ${groupName} ${user.username}`);
  if (method === "PUT" && members.has(user.id)) return failed(422, `${user.username} is already a member.`);
  if (method === "PUT") members.add(user.id);
  else members.delete(user.id);
  return [200, { success: "OK", usernames: [user.username] }];
}

beforeEach(() => {
  writes.length = 0;
  forum.fault = null;
  forum.groups = new Map([
    ["gold", { id: 41, members: new Set<number>() }],
    ["woodworkers", { id: 42, members: new Set([7]) }],
    ["staff-friends", { id: 43, members: new Set([7]) }],
  ]);
  forum.users = [
    { id: 7, username: "zoe", email: "zoe@example.com" },
    { id: 8, username: "other", email: "not.zoe@example.com" },
  ];
});

const outbound = createOutbound({ allow: "127.0.0.0/8" });
const groups = { Gold: "gold", "Hand planes": "woodworkers", "Bench work": "woodworkers" };
const open = (settings: Record<string, unknown> = {}, apiKey = forum.key) =>
  discourse.open({
    settings: { url, groups, ...settings },
    secrets: { apiKey },
    learned: {},
    learn: () => undefined,
    acquire: async () => undefined,
    fetch: (target, init) => outbound.fetch(target, init),
  });
const member = (tags: string[], email = "zoe@example.com"): MemberView => ({
  id: "0199a5c0-0000-7000-8000-000000000001",
  email,
  login: email,
  role: "gold",
  firstName: "Zoë",
  lastName: "",
  tags,
  fields: {},
  contacts: [],
  password: null,
});
const push = { id: "push_1" };
const inGroups = () => [...forum.groups].filter(([, { members }]) => members.has(7)).map(([name]) => name);

test("a member joins and leaves the groups of their tags, and no other group", async () => {
  const done = await open().push(member(["gold", "Newsletter"]), nothingKnown, push);
  expect(done).toMatchObject({ status: "done", changes: ["joined gold", "left woodworkers"] });
  expect(inGroups()).toEqual(["gold", "staff-friends"]);
  expect(done).toMatchObject({ known: { externalId: "7" } });
});

test("the same again changes nothing, and finds a user whose address is another by now", async () => {
  const known = { externalId: "7", memory: {} };
  await open().push(member(["Bench work"], "new@example.com"), known, push);
  expect(writes).toEqual([]);
  expect(await open().push(member(["Bench work"]), nothingKnown, push)).toMatchObject({
    status: "unchanged",
  });
});

test("nobody is made, and nobody with an address that only looks alike is touched", async () => {
  forum.users = forum.users.filter(({ username }) => username === "other");
  expect(await open().push(member(["gold"]), nothingKnown, push)).toMatchObject({
    status: "skipped",
    reason: "site_user_missing",
  });
  expect(writes).toEqual([]);
});

test("a join that somebody else made at the same moment counts as made", async () => {
  const gold = forum.groups.get("gold");
  const racing = open();
  const join = racing.push(member(["gold", "Hand planes"]), nothingKnown, push);
  gold?.members.add(7);
  expect(["done", "unchanged"]).toContain((await join).status);
  expect(inGroups()).toContain("gold");
});

test("a member who goes leaves the groups that the settings name", async () => {
  const left = await open().unlink(member(["gold"]), { externalId: "7", memory: {} }, push);
  expect(left).toMatchObject({ status: "done", changes: ["left woodworkers"], known: nothingKnown });
  expect(inGroups()).toEqual(["staff-friends"]);
});

test.each([
  [429, "site_overloaded", RetryLater],
  [500, "site_failed", RetryLater],
  [403, "site_key_refused", GiveUp],
])("an answer of %i holds the destination: %s", async (status, reason, kind) => {
  forum.fault = { status, headers: { "retry-after": "7" } };
  const error: unknown = await open()
    .push(member(["gold"]), nothingKnown, push)
    .catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(kind);
  expect(error).toMatchObject({ reason, ...(status === 429 ? { retryAfterSeconds: 7 } : {}) });
});

test("the test of a destination names a wrong key and a group that is not there", async () => {
  expect(await open().test()).toMatchObject({ ok: true, checks: [{ detail: "gold, woodworkers" }] });
  expect(await open({}, "wrong").test()).toMatchObject({ checks: [{ reason: "site_key_refused" }] });
  expect(await open({ groups: { Gold: "nope" } }).test()).toMatchObject({
    checks: [{ reason: "site_group_missing", detail: expect.stringContaining("nope") }],
  });
  expect(writes).toEqual([]);
});
