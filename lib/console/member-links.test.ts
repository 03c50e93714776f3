import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeMember } from "#db/factories.ts";
import { destinations } from "#db/schema/destinations.ts";
import { POST as setPassword } from "../../app/api/set-password/route.ts";
import { POST as makePasswordLink } from "../../app/api/v1/members/[id]/set-password-link/route.ts";
import { POST as makeSignInLink } from "../../app/api/v1/members/[id]/sign-in-link/route.ts";
import { POST as verify } from "../../app/api/v1/members/verify-password/route.ts";
import { POST as redeem } from "../../app/api/v1/sign-in-links/redeem/route.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { uuidv7 } from "../ids.ts";

let api: TestApi;
let id: string;
beforeAll(async () => {
  api = await testApi();
  id = (await makeMember(api.db, { email: "ada@example.com", login: "ada" })).id;
});
beforeEach(() => api.db.delete(destinations));
afterAll(() => api.close());

const aSite = (kind: string, url: string) =>
  api.db.insert(destinations).values({
    id: uuidv7(),
    kind,
    name: url,
    settings: { url },
    secrets: Buffer.alloc(0),
    ratePerMinute: 60,
    concurrency: 1,
  });
const link = (body: object, member = id) =>
  api.call("POST", makeSignInLink, { as: "operator", params: { id: member }, body });
const use = (code: string) => api.call("POST", redeem, { as: "operator", body: { code } });

test("a set-password link sets the password once", async () => {
  const { status, body } = await api.call("POST", makePasswordLink, { params: { id }, body: {} });
  expect(status).toBe(201);
  const token = new URL(body.url).pathname.split("/").at(-1);
  const choose = () =>
    api.call("POST", setPassword, { as: null, body: { token, password: "correct horse battery" } });
  expect([(await choose()).status, (await choose()).status]).toEqual([200, 409]);
  const answer = await api.call("POST", verify, {
    body: { login: "ada", password: "correct horse battery" },
  });
  expect(answer.status).toBe(200);
  const nobody = await api.call("POST", makePasswordLink, { params: { id: uuidv7() }, body: {} });
  expect(nobody.status).toBe(404);
});

test("a sign-in link opens the site with a code that the site redeems once", async () => {
  await aSite("wordpress", "https://members.example.com/club");
  const { status, body } = await link({ returnTo: "https://members.example.com/account?tab=1#top" });
  expect(status).toBe(201);
  expect(body.url).toBe(`https://members.example.com/account?tab=1&rollcall_code=${body.code}#top`);
  expect((await use(body.code)).body).toMatchObject({
    member: { id, email: "ada@example.com" },
    returnTo: "https://members.example.com/account?tab=1#top",
  });
  expect((await use(body.code)).status).toBe(409);
  expect((await link({})).body.url).toMatch(/^https:\/\/members\.example\.com\/club\?rollcall_code=\w{43}$/);
});

test("of many who redeem one code at once, one gets the member", async () => {
  await aSite("wordpress", "https://members.example.com");
  const { code } = (await link({})).body;
  const answers = await Promise.all(Array.from({ length: 8 }, () => use(code)));
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
});

test("a code that is used, too old or made up says which it is, and when", async () => {
  await aSite("wordpress", "https://members.example.com");
  const [used, old] = [(await link({})).body.code, (await link({})).body.code];
  await use(used);
  await api.db
    .$client`update sign_in_links set expires_at = now() - interval '1 second' where used_at is null`;
  const answers = [await use(used), await use(old), await use("a".repeat(43))];
  expect(answers.map(({ status, body }) => [status, body.error.code, body.error.details?.reason])).toEqual([
    [409, "conflict", "used"],
    [409, "conflict", "expired"],
    [404, "not_found", undefined],
  ]);
  const { message, details } = answers[0]?.body.error ?? {};
  expect(message).toBe(`This sign-in link was used already, at ${details?.at}. Ask for a new one.`);
});

test("without a token that is good for it, every code gets the same answer and none is used up", async () => {
  await aSite("wordpress", "https://members.example.com");
  const [good, used] = [(await link({})).body.code, (await link({})).body.code];
  await use(used);
  const strangers = await Promise.all(
    [good, used, "a".repeat(43)].map((code) => api.call("POST", redeem, { as: null, body: { code } })),
  );
  expect(strangers.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(new Set(strangers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect((await use(good)).status).toBe(200);
});

test("a link leads to no other site, whatever its spelling", async () => {
  await aSite("wordpress", "https://members.example.com");
  await aSite("http", "https://hooks.example.net:8443/in");
  for (const returnTo of [
    "https://evil.example/",
    "http://members.example.com/",
    "https://members.example.com:444/",
    "https://members.example.com.evil.example/",
    "https://members.example.com@evil.example/",
    "https://evil.example/https://members.example.com",
    "https://evil.example\\@members.example.com/",
    "//members.example.com/",
    "/account",
    "javascript:alert(1)//members.example.com",
    "data:text/html,members.example.com",
    "https://sub.members.example.com/",
    "",
  ])
    expect([returnTo, (await link({ returnTo })).status]).toEqual([returnTo, 400]);
  for (const returnTo of [
    "https://MEMBERS.example.com:443/a",
    "https:\\\\members.example.com\\a",
    "https://hooks.example.net:8443/",
    "http://localhost:3000/members",
  ])
    expect([returnTo, (await link({ returnTo })).status]).toEqual([returnTo, 201]);
});

test("whatever is asked for, a link that is made leads to the one site", async () => {
  await aSite("wordpress", "https://members.example.com");
  const part = fc.constantFrom(
    "https:",
    "//",
    "/",
    "\\",
    "@",
    "#",
    "?",
    ":",
    "members.example.com",
    "evil.example",
    "%2e",
    "。",
    "\t",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 2, maxLength: 7 }), async (parts) => {
      const { status, body } = await link({ returnTo: parts.join("") });
      if (status === 201) expect(new URL(body.url).origin).toBe("https://members.example.com");
      else expect(status).toBe(400);
    }),
    { numRuns: 60 },
  );
});

test("with no site, or two, the page must be said", async () => {
  expect((await link({})).status).toBe(400);
  await aSite("wordpress", "https://one.example");
  await aSite("wordpress", "https://two.example");
  expect((await link({})).body.error.message).toMatch(/^returnTo: Say/);
});

test("nobody gets no link", async () => {
  await aSite("wordpress", "https://members.example.com");
  expect((await link({}, uuidv7())).status).toBe(404);
});
