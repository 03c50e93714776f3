import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLog, invites, users } from "#db/schema/people.ts";
import { GET as getOverview } from "../../app/api/v1/overview/route.ts";
import { POST as makeLink } from "../../app/api/v1/people/[id]/link/route.ts";
import { PATCH as change, DELETE as remove } from "../../app/api/v1/people/[id]/route.ts";
import { POST as signOut } from "../../app/api/v1/people/[id]/sign-out/route.ts";
import { POST as invite, GET as list } from "../../app/api/v1/people/route.ts";
import { POST as createRetries } from "../../app/api/v1/retries/route.ts";
import { hashPassword } from "../auth/passwords.ts";
import type { Role } from "../auth/roles.ts";
import { sessionCookie, sessionToken } from "../auth/session.ts";
import { signIn } from "../auth/sign-in.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";
import { sha256 } from "../secrets.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const password = "correct horse";
async function aPerson(name: string, role: Role = "viewer"): Promise<string> {
  const id = uuidv7();
  const passwordHash = await hashPassword(password);
  await api.db.insert(users).values({ id, email: `${name}@example.com`, name, role, passwordHash });
  return id;
}
const asPerson = async (id: string) => ({
  as: null,
  headers: {
    cookie: `${sessionCookie(false)}=${await sessionToken(id, 0)}`,
    origin: "http://localhost:3000",
    "sec-fetch-site": "same-origin",
  },
});
const noOwners = () => api.db.delete(users).where(eq(users.role, "owner"));
const actsOn = async (id: string) =>
  (await api.db.select().from(auditLog).where(eq(auditLog.targetId, id)).orderBy(auditLog.id)).map(
    ({ actor, action, details }) => ({ actor, action, details }),
  );

test("who is invited is in the list with the end of their link, and cannot sign in by any password", async () => {
  const body = { email: "Ada@Example.com", name: " Ada ", role: "operator" };
  const { status, body: made } = await api.call("POST", invite, { body });
  expect([status, made.email, made.name, made.state]).toEqual([201, "ada@example.com", "Ada", "invited"]);
  const code = /^http:\/\/localhost:3000\/invite\/(\w{43})$/.exec(made.url)?.[1] ?? "";
  const days = (Date.parse(made.inviteExpiresAt) - Date.parse(made.createdAt)) / 86_400_000;
  expect(days).toBeCloseTo(7, 2);
  const listed = await api.call("GET", list);
  expect(listed.body.items).toContainEqual({
    id: made.id,
    email: "ada@example.com",
    name: "Ada",
    role: "operator",
    state: "invited",
    createdAt: made.createdAt,
    lastSignInAt: null,
    inviteExpiresAt: made.inviteExpiresAt,
  });
  const [row] = await api.db.select().from(invites).where(eq(invites.userId, made.id));
  expect(row?.hash).toBe(sha256(code));
  for (const guess of ["", "null", code]) {
    const given = { email: body.email, password: guess, address: "192.0.2.1" };
    expect(await signIn(api.db, given)).toEqual({ ok: false, reason: "wrong" });
  }
  expect(await actsOn(made.id)).toEqual([
    { actor: "token owner", action: "invited", details: { email: "ada@example.com", role: "operator" } },
  ]);
});

test("an e-mail that is there already is refused in any letter case, and says what to do", async () => {
  await aPerson("bob");
  const body = { email: "BOB@example.com", name: "Bob", role: "viewer" };
  const { status, body: answer } = await api.call("POST", invite, { body });
  expect([status, answer.error.message]).toEqual([
    409,
    "bob@example.com is here already. Change their role in the list, or make them a new link.",
  ]);
});

test("without a name, an e-mail or a role that exists nobody is invited", async () => {
  const good = { email: "x@example.com", name: "X", role: "viewer" };
  for (const wrong of [{ email: "x" }, { name: " " }, { role: "admin" }])
    expect((await api.call("POST", invite, { body: { ...good, ...wrong } })).status).toBe(400);
});

test.each(["viewer", "operator"] as const)("%ss neither see nor change people", async (as) => {
  const params = { id: uuidv7() };
  const body = { email: "y@example.com", name: "Y", role: "viewer" };
  const calls = [
    await api.call("GET", list, { as }),
    await api.call("POST", invite, { as, body }),
    await api.call("PATCH", change, { as, params, body: {} }),
    await api.call("DELETE", remove, { as, params }),
    await api.call("POST", makeLink, { as, params }),
    await api.call("POST", signOut, { as, params }),
  ];
  expect(calls.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
});

test("nobody with an id is nobody", async () => {
  const params = { id: uuidv7() };
  const calls = [
    await api.call("PATCH", change, { params, body: { name: "N" } }),
    await api.call("DELETE", remove, { params }),
    await api.call("POST", makeLink, { params }),
    await api.call("POST", signOut, { params }),
  ];
  expect(calls.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});

test("a change of role counts at once for a session that goes on, and is noted with what was", async () => {
  const id = await aPerson("cleo");
  const cleo = await asPerson(id);
  const retry = () =>
    api.call("POST", createRetries, { ...cleo, body: { filter: { status: "dead" }, dryRun: true } });
  expect((await retry()).status).toBe(403);
  const body = { role: "operator", name: "Cleo" };
  expect((await api.call("PATCH", change, { params: { id }, body })).body).toMatchObject(body);
  expect((await retry()).status).toBe(202);
  await api.call("PATCH", change, { params: { id }, body });
  const changed = { actor: "token owner", action: "changed" };
  expect(await actsOn(id)).toEqual([
    { ...changed, details: { role: "operator", name: "Cleo", was: { role: "viewer", name: "cleo" } } },
  ]);
});

test("who is removed has no session, no link and no password any more", async () => {
  const id = await aPerson("dora", "operator");
  const dora = await asPerson(id);
  await api.call("POST", makeLink, { params: { id } });
  expect((await api.call("GET", getOverview, dora)).status).toBe(200);
  expect((await api.call("DELETE", remove, { params: { id } })).body).toEqual({ removed: true });
  expect((await api.call("GET", getOverview, dora)).status).toBe(401);
  expect(await api.db.select().from(invites).where(eq(invites.userId, id))).toEqual([]);
  const given = { email: "dora@example.com", password, address: "192.0.2.1" };
  expect(await signIn(api.db, given)).toEqual({ ok: false, reason: "wrong" });
  expect((await actsOn(id)).at(-1)).toEqual({
    actor: "token owner",
    action: "removed",
    details: { email: "dora@example.com", role: "operator" },
  });
});

test("who is signed out everywhere signs in again", async () => {
  const id = await aPerson("finn");
  const finn = await asPerson(id);
  expect((await api.call("GET", getOverview, finn)).status).toBe(200);
  expect((await api.call("POST", signOut, { params: { id } })).body).toEqual({ ended: true });
  expect((await api.call("GET", getOverview, finn)).status).toBe(401);
  const again = await signIn(api.db, { email: "finn@example.com", password, address: "192.0.2.1" });
  expect(again).toMatchObject({ ok: true, user: { version: 1 } });
});

test("the last owner who can sign in stays one; somebody invited does not count", async () => {
  await noOwners();
  const id = await aPerson("olive", "owner");
  const body = { email: "second@example.com", name: "Second", role: "owner" };
  const second = (await api.call("POST", invite, { body })).body;
  const demoted = await api.call("PATCH", change, { params: { id }, body: { role: "viewer" } });
  expect([demoted.status, demoted.body.error.message]).toEqual([
    409,
    "olive is the last owner who can sign in. Make somebody else an owner first, then give another role.",
  ]);
  expect((await api.call("DELETE", remove, { params: { id } })).status).toBe(409);
  expect((await api.call("PATCH", change, { params: { id }, body: { role: "owner" } })).status).toBe(200);
  expect((await api.call("DELETE", remove, { params: { id: second.id } })).status).toBe(200);
  await aPerson("third", "owner");
  expect((await api.call("DELETE", remove, { params: { id } })).status).toBe(200);
});

test("nobody removes themself", async () => {
  await noOwners();
  const id = await aPerson("greta", "owner");
  await aPerson("other", "owner");
  const { status, body } = await api.call("DELETE", remove, { ...(await asPerson(id)), params: { id } });
  expect([status, body.error.message]).toEqual([409, "Nobody removes themself. Ask another owner to do it."]);
});

test.each(["demote", "remove"])(
  "of two owners who %s each other at the same moment one stays",
  async (act) => {
    for (let round = 0; round < 5; round++) {
      await noOwners();
      const pair = [
        await aPerson(`one-${act}-${round}`, "owner"),
        await aPerson(`two-${act}-${round}`, "owner"),
      ];
      const on = async (by: string, id: string) => {
        const options = { ...(await asPerson(by)), params: { id } };
        return act === "remove"
          ? api.call("DELETE", remove, options)
          : api.call("PATCH", change, { ...options, body: { role: "viewer" } });
      };
      const [one = "", two = ""] = pair;
      const answers = await Promise.all([on(one, two), on(two, one)]);
      const [done, refused] = answers.map(({ status }) => status).sort();
      expect(done).toBe(200);
      // No longer an owner; or no longer anybody, when the other removal was done before this one was looked at.
      expect(act === "remove" ? [401, 403] : [403]).toContain(refused);
      const left = await api.db.select().from(users).where(eq(users.role, "owner"));
      expect(left).toHaveLength(1);
    }
  },
);

test("two tokens that take the role from both owners at the same moment leave one", async () => {
  await noOwners();
  const pair = [await aPerson("north", "owner"), await aPerson("south", "owner")];
  const body = { role: "operator" };
  const answers = await Promise.all(pair.map((id) => api.call("PATCH", change, { params: { id }, body })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test("an owner who has just ceased to be one cannot take the role back", async () => {
  await noOwners();
  await aPerson("stays", "owner");
  const id = await aPerson("gone", "owner");
  const gone = await asPerson(id);
  expect((await api.call("GET", list, gone)).status).toBe(200);
  // As another process would: what this one knows of the session stays for a moment.
  await api.db.update(users).set({ role: "viewer" }).where(eq(users.id, id));
  const back = await api.call("PATCH", change, { ...gone, params: { id }, body: { role: "owner" } });
  expect(back.status).toBe(403);
});
