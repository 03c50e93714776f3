import { afterAll, beforeAll, expect, test } from "vitest";
import { apiTokens, auditLog } from "#db/schema/people.ts";
import { DELETE as revokeToken } from "../../app/api/v1/api-tokens/[id]/route.ts";
import { POST as createToken, GET as listTokens } from "../../app/api/v1/api-tokens/route.ts";
import { POST as writeTags } from "../../app/api/v1/contacts/tags/route.ts";
import { POST as makeLink } from "../../app/api/v1/members/[id]/set-password-link/route.ts";
import { POST as refresh } from "../../app/api/v1/members/refresh/route.ts";
import { GET as listMembers } from "../../app/api/v1/members/route.ts";
import { POST as verify } from "../../app/api/v1/members/verify-password/route.ts";
import type { Scope } from "../auth/scopes.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const made = async (given: object) =>
  (await api.call("POST", createToken, { body: { name: "Shop", ...given } })).body;
const bearing = (token: string) => ({ as: null, headers: { authorization: `Bearer ${token}` } });

/** Whether each call gets past the token: what it is then told about its content is another matter. */
async function admitted(token: string): Promise<string[]> {
  const calls = {
    read: await api.call("GET", listMembers, bearing(token)),
    refresh: await api.call("POST", refresh, { ...bearing(token), body: {} }),
    verify: await api.call("POST", verify, { ...bearing(token), body: {} }),
    link: await api.call("POST", makeLink, { ...bearing(token), params: { id: "none" } }),
    tags: await api.call("POST", writeTags, { ...bearing(token), body: {} }),
    tokens: await api.call("GET", listTokens, bearing(token)),
  };
  return Object.entries(calls)
    .filter(([, { status }]) => status !== 403)
    .map(([name]) => name);
}

test.each<[Scope, string[]]>([
  ["read", ["read"]],
  ["site", ["refresh", "verify"]],
  ["members:write", ["refresh", "verify", "link"]],
  ["crm:write", ["tags"]],
  ["admin", ["read", "refresh", "verify", "link", "tags", "tokens"]],
])("a token with the scope %s may do its part and nothing else", async (scope, expected) => {
  const { token } = await made({ scopes: [scope] });
  expect(await admitted(token)).toEqual(expected);
});

test("a token from before scopes keeps what its role may", async () => {
  expect(await admitted("token-of-the-operator-in-this-test")).toEqual([
    "read",
    "refresh",
    "verify",
    "link",
    "tags",
  ]);
});

test("a token is shown once, and afterwards by its beginning, maker, and last use", async () => {
  const { token, id } = await made({ name: "WordPress", scopes: ["site", "site", "read"] });
  await api.call("GET", listMembers, bearing(token));
  const { body } = await api.call("GET", listTokens);
  expect(JSON.stringify(body)).not.toContain(token);
  expect(body.items.find((one: { id: string }) => one.id === id)).toMatchObject({
    name: "WordPress",
    prefix: token.slice(0, 8),
    scopes: ["read", "site"],
    role: "operator",
    state: "active",
    createdBy: "token owner",
    lastUsedAt: expect.stringMatching(/^20/),
  });
});

test("a revoked token is refused at once; revoking again changes nothing", async () => {
  const { token, id } = await made({ scopes: ["read"] });
  for (const _ of [1, 2])
    expect((await api.call("DELETE", revokeToken, { params: { id } })).body.state).toBe("revoked");
  expect((await api.call("GET", listMembers, bearing(token))).status).toBe(401);
  const rows = await api.db.select().from(auditLog);
  expect(rows.filter((row) => row.targetId === id).map((row) => row.action)).toEqual(["created", "revoked"]);
  expect((await api.call("DELETE", revokeToken, { params: { id: uuidv7() } })).status).toBe(404);
});

test("an expired token is refused, and says so in the list", async () => {
  const { token, id } = await made({
    scopes: ["read"],
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  });
  expect((await api.call("GET", listMembers, bearing(token))).status).toBe(200);
  await api.db.$client`update api_tokens set expires_at = now() - interval '1 second' where id = ${id}`;
  expect((await api.call("GET", listMembers, bearing(token))).status).toBe(401);
  const { items } = (await api.call("GET", listTokens)).body;
  expect(items.find((one: { id: string }) => one.id === id).state).toBe("expired");
});

test("a token without a scope, with an unknown one or an expiry that is past or cannot be kept is not made", async () => {
  const past = new Date(Date.now() - 1000).toISOString();
  const never = "9999-12-31T23:59:59-01:00";
  const expired = [past, never].map((expiresAt) => ({ scopes: ["read"], expiresAt }));
  for (const given of [{ scopes: [] }, { scopes: ["everything"] }, ...expired])
    expect((await api.call("POST", createToken, { body: { name: "No", ...given } })).status).toBe(400);
});

test("an operator neither sees nor makes tokens", async () => {
  expect((await api.call("GET", listTokens, { as: "operator" })).status).toBe(403);
  const body = { name: "Mine", scopes: ["admin"] };
  expect((await api.call("POST", createToken, { as: "operator", body })).status).toBe(403);
});

test("the environment’s token is taken away in the environment", async () => {
  const id = uuidv7();
  await api.db
    .insert(apiTokens)
    .values({ id, name: "from the environment", hash: "h", role: "owner", fromEnvironment: true });
  expect((await api.call("DELETE", revokeToken, { params: { id } })).status).toBe(409);
});
