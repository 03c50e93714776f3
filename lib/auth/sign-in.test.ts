import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attempts, auditLog, users } from "#db/schema/people.ts";
import { GET as getOverview } from "../../app/api/v1/overview/route.ts";
import { POST as createRetries } from "../../app/api/v1/retries/route.ts";
import { POST as endSessions } from "../../app/api/v1/sessions/end/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { hashPassword } from "./passwords.ts";
import { sessionCookie, sessionToken } from "./session.ts";
import { signIn } from "./sign-in.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const password = "correct horse";
async function aUser(email: string, role: "owner" | "operator" | "viewer" = "operator"): Promise<string> {
  const id = uuidv7();
  await api.db
    .insert(users)
    .values({ id, email, name: "Ada", role, passwordHash: await hashPassword(password) });
  return id;
}
const cookieOf = async (userId: string, version = 0) =>
  `theme=dark; ${sessionCookie(false)}=${await sessionToken(userId, version)}`;

test("the right password signs in, whatever the letter case of the e-mail, and is noted", async () => {
  const id = await aUser("ada@example.com");
  const result = await signIn(api.db, { email: " ADA@example.com", password, address: "192.0.2.1" });
  expect(result).toMatchObject({ ok: true, user: { id, role: "operator", version: 0 } });
  const noted = await api.db.select().from(auditLog).where(eq(auditLog.targetId, id));
  expect(noted[0]).toMatchObject({ actor: "ada@example.com", action: "signed_in" });
});

test("a wrong password and an unknown e-mail get the same answer", async () => {
  await aUser("bob@example.com");
  const wrong = await signIn(api.db, { email: "bob@example.com", password: "no", address: "192.0.2.2" });
  const unknown = await signIn(api.db, { email: "nobody@example.com", password: "no", address: "192.0.2.2" });
  expect([wrong, unknown]).toEqual([
    { ok: false, reason: "wrong" },
    { ok: false, reason: "wrong" },
  ]);
});

test("after ten tries an account waits, also when they come at once and with the right password", async () => {
  await aUser("eve@example.com");
  const guess = (given: string, from: number) =>
    signIn(api.db, { email: "eve@example.com", password: given, address: `198.51.100.${from}` });
  const tries = await Promise.all(Array.from({ length: 12 }, (_, index) => guess("no", index)));
  expect(tries.filter((result) => !result.ok && result.reason === "too_many")).toHaveLength(2);
  expect(await guess(password, 99)).toMatchObject({ ok: false, reason: "too_many" });
  await api.db.update(attempts).set({ until: new Date(0) });
  expect(await guess(password, 99)).toMatchObject({ ok: true });
});

test("after fifty wrong tries an address waits, whichever accounts it tried", async () => {
  await aUser("zoe@example.com");
  const from = (email: string) => signIn(api.db, { email, password: "no", address: "203.0.113.50" });
  await Promise.all(Array.from({ length: 50 }, (_, index) => from(`x${index}@example.com`)));
  expect(await from("zoe@example.com")).toMatchObject({ ok: false, reason: "too_many" });
  expect(await signIn(api.db, { email: "zoe@example.com", password, address: "203.0.113.51" })).toMatchObject(
    { ok: true },
  );
});

test("a session opens what its role may see, and writes only from a page of the same site", async () => {
  const cookie = await cookieOf(await aUser("op@example.com"));
  const sameSite = { cookie, origin: "http://localhost:3000", "sec-fetch-site": "same-origin" };
  expect((await api.call("GET", getOverview, { as: null, headers: { cookie } })).status).toBe(200);
  const write = (headers: Record<string, string>) =>
    api.call("POST", createRetries, {
      as: null,
      headers,
      body: { filter: { status: "dead" }, dryRun: true },
    });
  expect((await write(sameSite)).status).toBe(202);
  expect((await write({ cookie, origin: "https://evil.example" })).status).toBe(403);
  expect((await write({ cookie, origin: "null" })).status).toBe(403);
  expect((await write({ ...sameSite, "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await write({ cookie })).status).toBe(403);
});

test("a session of an older version, a forged one and one of nobody open nothing", async () => {
  const id = await aUser("old@example.com");
  await api.db.update(users).set({ tokenVersion: 2 }).where(eq(users.id, id));
  const cookies = [await cookieOf(id, 1), `${sessionCookie(false)}=forged`, await cookieOf(uuidv7()), ""];
  for (const cookie of cookies) {
    expect((await api.call("GET", getOverview, { as: null, headers: { cookie } })).status).toBe(401);
  }
});

test("a session that began in another process counts at once here", async () => {
  const id = await aUser("moved@example.com");
  const status = async (version: number) => {
    const cookie = await cookieOf(id, version);
    return (await api.call("GET", getOverview, { as: null, headers: { cookie } })).status;
  };
  expect(await status(0)).toBe(200);
  await api.db.update(users).set({ tokenVersion: 1 }).where(eq(users.id, id));
  expect([await status(1), await status(0)]).toEqual([200, 401]);
});

test("ending all sessions ends this one at once", async () => {
  const cookie = await cookieOf(await aUser("leaving@example.com", "viewer"));
  const headers = { cookie, origin: "http://localhost:3000" };
  expect((await api.call("POST", endSessions, { as: null, headers })).body).toEqual({ ended: true });
  expect((await api.call("GET", getOverview, { as: null, headers })).status).toBe(401);
  expect((await api.call("POST", endSessions, { as: "owner" })).status).toBe(409);
});
