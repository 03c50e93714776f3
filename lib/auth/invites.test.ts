import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { attempts, auditLog, invites, users } from "#db/schema/people.ts";
import { POST as accept } from "../../app/api/invite/route.ts";
import { POST as setUp } from "../../app/api/setup/route.ts";
import { GET as getOverview } from "../../app/api/v1/overview/route.ts";
import { POST as makeLink } from "../../app/api/v1/people/[id]/link/route.ts";
import { DELETE as remove } from "../../app/api/v1/people/[id]/route.ts";
import { POST as invite } from "../../app/api/v1/people/route.ts";
import { env } from "../env.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { setupCode } from "./first-owner.ts";
import { readInvite } from "./invites.ts";
import { sessionCookie, sessionToken } from "./session.ts";
import { signIn } from "./sign-in.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
beforeEach(() => api.db.delete(attempts));
afterAll(() => api.close());

const password = "a plane, well sharpened";
const samePage = { origin: "http://localhost:3000", "sec-fetch-site": "same-origin" };
const codeIn = (url: string) => url.split("/").at(-1) ?? "";

async function invited(name: string, role = "viewer"): Promise<{ id: string; email: string; code: string }> {
  const email = `${name}@example.com`;
  const { body } = await api.call("POST", invite, { body: { email, name, role } });
  return { id: body.id, email, code: codeIn(body.url) };
}
const post = (body: object, headers: HeadersInit = samePage) =>
  api.call("POST", accept, { as: null, headers, body: { password, ...body } });
const newLink = async (id: string) => codeIn((await api.call("POST", makeLink, { params: { id } })).body.url);
const signInAs = (email: string, given = password) =>
  signIn(api.db, { email, password: given, address: "192.0.2.1" });
const messageOf = ({ status, body }: Awaited<ReturnType<typeof post>>) => [status, body.error.message];

test("the link sets the password, signs in, and works once", async () => {
  const { id, email, code } = await invited("ada");
  expect(await readInvite(api.db, code)).toMatchObject({
    state: "valid",
    email,
    role: "viewer",
    isNew: true,
  });
  const answer = await post({ code });
  expect([answer.status, answer.body]).toEqual([200, { email }]);
  const cookie = answer.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^rollcall\.session=\S+; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/);
  const seen = await api.call("GET", getOverview, {
    as: null,
    headers: { cookie: cookie.split(";")[0] ?? "" },
  });
  expect(seen.status).toBe(200);
  expect(await signInAs(email)).toMatchObject({ ok: true, user: { id, role: "viewer" } });
  expect(messageOf(await post({ code }))).toEqual([
    409,
    "It was used already. If that was you, sign in; if not, ask an owner for a new one.",
  ]);
  expect(await readInvite(api.db, code)).toEqual({ state: "used" });
  const acts = await api.db.select().from(auditLog).where(eq(auditLog.targetId, id)).orderBy(auditLog.id);
  expect(acts.map(({ actor, action }) => [actor, action])).toEqual([
    ["token owner", "invited"],
    [email, "password_chosen"],
    [email, "signed_in"],
  ]);
});

test("used twice at the same moment it sets one password", async () => {
  const { email, code } = await invited("twice");
  const answers = await Promise.all(
    ["the first of two", "the second of two"].map((one) => post({ code, password: one })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const chosen = answers[0]?.status === 200 ? "the first of two" : "the second of two";
  expect(await signInAs(email, chosen)).toMatchObject({ ok: true });
});

test("a new link ends the one before", async () => {
  const { id, code } = await invited("cleo");
  const newer = await newLink(id);
  expect(messageOf(await post({ code }))).toEqual([
    404,
    "It is not known here; a newer one may have taken its place. Ask an owner for a new one.",
  ]);
  expect((await post({ code: newer })).status).toBe(200);
});

test("who forgot their password chooses another, which ends their sessions; until then the old one works", async () => {
  const { id, email, code } = await invited("dora");
  await post({ code });
  const cookie = `${sessionCookie(false)}=${await sessionToken(id, 1)}`;
  const see = async () => (await api.call("GET", getOverview, { as: null, headers: { cookie } })).status;
  const newer = await newLink(id);
  expect(await readInvite(api.db, newer)).toMatchObject({ state: "valid", isNew: false });
  expect([await see(), (await signInAs(email)).ok]).toEqual([200, true]);
  expect((await post({ code: newer, password: "another, as sharp" })).status).toBe(200);
  expect(await see()).toBe(401);
  expect([(await signInAs(email)).ok, (await signInAs(email, "another, as sharp")).ok]).toEqual([
    false,
    true,
  ]);
});

test("an expired link says so, and goes on to work for nobody", async () => {
  const { id, code } = await invited("eve");
  await api.db
    .update(invites)
    .set({ expiresAt: new Date(Date.now() - 1) })
    .where(eq(invites.userId, id));
  expect(messageOf(await post({ code }))).toEqual([
    409,
    "It was valid for seven days. Ask an owner for a new one.",
  ]);
});

test("the link of who was removed is unknown", async () => {
  const { id, code } = await invited("finn");
  await api.call("DELETE", remove, { params: { id } });
  expect((await post({ code })).status).toBe(404);
});

test("a password that is too short is refused with its field, and the link still works", async () => {
  const { code } = await invited("greta");
  expect((await post({ code, password: "short" })).body.error.details[0].path).toBe("password");
  expect((await post({ code })).status).toBe(200);
});

test("a page of another site signs nobody in", async () => {
  const { code } = await invited("hugo");
  const elsewhere: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { ...samePage, "sec-fetch-site": "cross-site" },
    {},
  ];
  for (const headers of elsewhere) expect((await post({ code }, headers)).status).toBe(403);
});

test("after ten unknown links an address waits, also with one that is known", async () => {
  const { code } = await invited("iris");
  for (let index = 0; index < 10; index++) expect((await post({ code: "x".repeat(43) })).status).toBe(404);
  const refused = await post({ code });
  expect([refused.status, refused.body.error.code]).toEqual([429, "too_many"]);
});

test("an owner who is only invited keeps set-up open, which makes them the owner it names", async () => {
  await api.db.delete(users);
  const { id, email, code } = await invited("first", "owner");
  const body = { code: setupCode(env()), email, name: "First", password };
  const answer = await api.call("POST", setUp, { as: null, body });
  expect([answer.status, answer.body]).toEqual([201, { id, email }]);
  expect(await signInAs(email)).toMatchObject({ ok: true, user: { id, role: "owner", name: "First" } });
  expect(await readInvite(api.db, code)).toEqual({ state: "unknown" });
});
