import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { apiTokens, attempts, users } from "#db/schema/people.ts";
import { POST as setUp } from "../../app/api/setup/route.ts";
import { GET as listConnections } from "../../app/api/v1/connections/route.ts";
import { env } from "../env.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { ensureEnvironmentToken, ensureFirstOwner, setupCode } from "./first-owner.ts";
import { signIn } from "./sign-in.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
beforeEach(async () => {
  await api.db.delete(users);
  await api.db.delete(attempts);
});
afterAll(() => api.close());

const owner = { email: "Owner@Example.com", name: "Olive", password: "a long password" };
const post = (body: object) =>
  api.call("POST", setUp, { as: null, body: { ...owner, code: setupCode(env()), ...body } });

test("the code is short, the same for one secret, and another for another", () => {
  expect(setupCode({ NEXTAUTH_SECRET: "a".repeat(16) })).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  expect(setupCode({ NEXTAUTH_SECRET: "a".repeat(16) })).toBe(setupCode({ NEXTAUTH_SECRET: "a".repeat(16) }));
  expect(setupCode({ NEXTAUTH_SECRET: "a".repeat(16) })).not.toBe(
    setupCode({ NEXTAUTH_SECRET: "b".repeat(16) }),
  );
});

test("the code makes the first owner, who can sign in", async () => {
  const answer = await post({ code: setupCode(env()).toLowerCase() });
  expect(answer.status).toBe(201);
  const signedIn = await signIn(api.db, { email: owner.email, password: owner.password, address: "::1" });
  expect(signedIn).toMatchObject({ ok: true, user: { id: answer.body.id, role: "owner" } });
});

test("of several at once only one becomes the owner, and the code opens nothing after", async () => {
  const answers = await Promise.all(["a", "b", "c"].map((name) => post({ email: `${name}@example.com` })));
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
  expect(await api.db.select().from(users)).toHaveLength(1);
  expect((await post({})).status).toBe(409);
});

test("a wrong code is refused, and after ten tries every code", async () => {
  for (let index = 0; index < 10; index++) expect((await post({ code: "WRONG-CODE" })).status).toBe(403);
  const answer = await post({});
  expect([answer.status, answer.body.error.code]).toEqual([429, "too_many"]);
  expect(await api.db.select().from(users)).toHaveLength(0);
});

test("a short password or a bad e-mail is refused with its field", async () => {
  expect((await post({ password: "short" })).body.error.details[0].path).toBe("password");
  expect((await post({ email: "owner" })).body.error.details[0].path).toBe("email");
});

test("the environment's owner is made once, and not when there is one", async () => {
  const settings = { ADMIN_EMAIL: "admin@example.com", ADMIN_PASSWORD: "a long password" };
  const made = await Promise.all([ensureFirstOwner(api.db, settings), ensureFirstOwner(api.db, settings)]);
  expect(made.sort()).toEqual([false, true]);
  expect(await ensureFirstOwner(api.db, { ...settings, ADMIN_EMAIL: "other@example.com" })).toBe(false);
  expect(await ensureFirstOwner(api.db, {} as typeof settings)).toBe(false);
});

test("the environment's token is valid while the environment names it", async () => {
  const first = "first-token-of-the-environment-000000";
  const second = "second-token-of-the-environment-00000";
  const ask = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await api.call("GET", listConnections, { as: null, headers })).status;
  };
  const name = (ROLLCALL_API_TOKEN: string | undefined) =>
    ensureEnvironmentToken(api.db, { ROLLCALL_API_TOKEN, ROLES: ["web"] });
  await name(first);
  await name(first);
  expect(await ask(first)).toBe(200);
  await name(second);
  expect([await ask(first), await ask(second)]).toEqual([401, 200]);
  await ensureEnvironmentToken(api.db, { ROLLCALL_API_TOKEN: undefined, ROLES: ["worker"] });
  expect(await ask(second)).toBe(200);
  await name(undefined);
  expect(await ask(second)).toBe(401);
});

test("a token that is past its time or revoked opens nothing", async () => {
  const ask = () => api.call("GET", listConnections, { as: "viewer" });
  expect((await ask()).status).toBe(200);
  await api.db.update(apiTokens).set({ expiresAt: new Date(Date.now() - 1) });
  expect((await ask()).status).toBe(401);
  await api.db.update(apiTokens).set({ expiresAt: null, revokedAt: new Date() });
  expect((await ask()).status).toBe(401);
});
