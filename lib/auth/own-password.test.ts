import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { attempts, auditLog, users } from "#db/schema/people.ts";
import { GET as getOverview } from "../../app/api/v1/overview/route.ts";
import { POST as changePassword } from "../../app/api/v1/people/me/password/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { hashPassword } from "./passwords.ts";
import { sessionCookie, sessionToken } from "./session.ts";
import { signIn } from "./sign-in.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
beforeEach(() => api.db.delete(attempts));
afterAll(() => api.close());

const current = "correct horse";
const next = "correct horse, new stable";
async function aViewer(name: string): Promise<{ id: string; email: string; cookie: string }> {
  const user = { id: uuidv7(), email: `${name}@example.com`, name, role: "viewer" as const };
  await api.db.insert(users).values({ ...user, passwordHash: await hashPassword(current) });
  return { ...user, cookie: `${sessionCookie(false)}=${await sessionToken(user.id, 0)}` };
}
const change = (cookie: string, body: object) =>
  api.call("POST", changePassword, { as: null, headers: { cookie, origin: "http://localhost:3000" }, body });
const see = async (cookie: string) =>
  (await api.call("GET", getOverview, { as: null, headers: { cookie } })).status;

test("a changed password keeps this session and ends the others", async () => {
  const { id, email, cookie } = await aViewer("ada");
  const answer = await change(cookie, { current, next });
  expect([answer.status, answer.body]).toEqual([200, { changed: true }]);
  const renewed = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  expect([await see(renewed), await see(cookie)]).toEqual([200, 401]);
  const tries = [current, next].map((password) => signIn(api.db, { email, password, address: "192.0.2.1" }));
  expect((await Promise.all(tries)).map(({ ok }) => ok)).toEqual([false, true]);
  const [act] = await api.db.select().from(auditLog).where(eq(auditLog.targetId, id)).orderBy(auditLog.id);
  expect([act?.actor, act?.action]).toEqual([email, "password_changed"]);
});

test("a wrong password is told at its field, and after ten tries nothing is", async () => {
  const { cookie } = await aViewer("bob");
  for (let index = 0; index < 10; index++) {
    const { status, body } = await change(cookie, { current: "wrong", next });
    expect([status, body.error.message, body.error.details[0].path]).toEqual([
      400,
      "This is not your password now.",
      "current",
    ]);
  }
  expect((await change(cookie, { current, next })).status).toBe(429);
});

test("changed twice at the same moment it is changed once", async () => {
  const { cookie } = await aViewer("cleo");
  const both = await Promise.all([change(cookie, { current, next }), change(cookie, { current, next })]);
  const statuses = both.map(({ status }) => status).sort();
  expect(statuses[0]).toBe(200);
  // The second finds another password, or no session, by when it comes.
  expect([400, 401, 409]).toContain(statuses[1]);
});

test("a short one is refused, and a token has none", async () => {
  const { cookie } = await aViewer("dora");
  expect((await change(cookie, { current, next: "short" })).body.error.details[0].path).toBe("next");
  expect((await api.call("POST", changePassword, { body: { current, next } })).status).toBe(409);
});
