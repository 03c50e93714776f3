import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { nothingKnown } from "#lib/destinations/contract.ts";
import { idOf, newMember, openDestination } from "./open-destination.ts";
import { startWordPress, type WordPressSite } from "./start-site.ts";

let site: WordPressSite;
let rollcall: Server;
const asked: { path: string; token: string; body: unknown }[] = [];
/** Why Rollcall takes a code no more. */
const spent = new Map<string, "used" | "expired">();
let isTokenWrong = false;
/** What Rollcall answers to a code: whose it is, once; null for what it does not know. */
const codes = new Map<string, { member: { id: string; email: string }; returnTo: string }>();

const member = newMember({ login: "by.link", email: "by.link@example.com" });
const code = "a_code_of_43_characters_as_Rollcall_makes_it";
const gone = "This link works no more.";

beforeAll(async () => {
  rollcall = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    asked.push({ path: request.url ?? "", token: request.headers.authorization ?? "", body });
    const found = codes.get(body.code);
    codes.delete(body.code);
    if (found) spent.set(body.code, "used");
    const reason = spent.get(body.code);
    const refusal = reason ? { code: "conflict", details: { reason } } : { code: "not_found" };
    const refused = isTokenWrong ? { code: "unauthenticated" } : refusal;
    response
      .writeHead(isTokenWrong ? 401 : found ? 200 : reason ? 409 : 404)
      .end(JSON.stringify(isTokenWrong || !found ? { error: refused } : found));
  }).listen(0, "127.0.0.1");
  await once(rollcall, "listening");
  site = await startWordPress();
  site.companion(true);
  const pushed = await openDestination(site).push(member, nothingKnown, {
    id: "0199a5c0-3333-7000-8000-000000000000",
  });
  idOf(pushed);
});
afterAll(async () => {
  rollcall?.close();
  await site?.stop();
});
beforeEach(() => {
  asked.length = 0;
  codes.clear();
  spent.clear();
  isTokenWrong = false;
  codes.set(code, { member, returnTo: `${site.url}/?tab=1#top` });
  const address = rollcall.address();
  const port = address && typeof address === "object" ? address.port : 0;
  configure(`http://127.0.0.1:${port}`);
});

const configure = (url: string) =>
  site.php(
    `delete_option('rollcall_companion_trouble'); return update_option('rollcall_companion', array('url' => '${url}', 'token' => 'the token of the site'));`,
  );
const open = async (given: string) => {
  const answer = await fetch(`${site.url}/?tab=1&rollcall_code=${encodeURIComponent(given)}`, {
    redirect: "manual",
  });
  return { ...(await read(answer)), headers: answer.headers };
};
const stateIn = (html: string) => /name="rollcall_state" value="([^"]*)"/.exec(html)?.[1] ?? "";
/** Sends the form as a browser with these cookies would. */
const send = async (form: Record<string, string>, headers: Record<string, string> = {}) =>
  read(
    await fetch(`${site.url}/`, {
      method: "POST",
      redirect: "manual",
      headers,
      body: new URLSearchParams(form),
    }),
  );
/** Opens the link and presses its button, in one browser. */
const press = async (given: string) => {
  const { cookie, html } = await open(given);
  return send({ rollcall_code: given, rollcall_state: stateIn(html) }, { cookie });
};
const read = async (answer: Response) => ({
  status: answer.status,
  to: answer.headers.get("location"),
  cookie: answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; "),
  html: await answer.text(),
});
/** Whoever these cookies sign in. */
const whoIs = async (cookie: string) => {
  const answer = await fetch(`${site.url}/wp-admin/profile.php`, { redirect: "manual", headers: { cookie } });
  const html = await answer.text();
  return answer.status === 200 ? /name="email"[^>]*value="([^"]*)"/.exec(html)?.[1] : null;
};

test("opening a link only shows a button, which mail scanners do not press", async () => {
  const { status, cookie, html, headers } = await open(code);
  expect(status).toBe(200);
  expect(cookie).toMatch(/^rollcall_browser=[0-9a-f]{64}$/);
  expect(headers.get("set-cookie")).toMatch(/path=\/; HttpOnly; SameSite=Lax$/);
  expect(await whoIs(cookie)).toBeNull();
  expect(html).toContain(`name="rollcall_code" value="${code}"`);
  expect(headers.get("cache-control")).toContain("no-");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect((await open('"><script>alert(1)</script>')).html).not.toContain("<script>");
  expect(asked).toEqual([]);
});

test("pressing it exchanges the code once, signs the member in and goes where the link leads", async () => {
  const { status, to, cookie } = await press(code);
  expect([status, to]).toEqual([303, `${site.url}/?tab=1#top`]);
  expect(asked[0]).toEqual({
    path: "/api/v1/sign-in-links/redeem",
    token: "Bearer the token of the site",
    body: { code },
  });
  expect(await whoIs(cookie)).toBe(member.email);
  const again = await press(code);
  expect(again).toMatchObject({ status: 403, to: null, cookie: "" });
  expect(again.html).toContain("This link was used already.");
  spent.set(code, "expired");
  expect((await press(code)).html).toContain("This link has expired.");
});

test("only the browser that opened the link can press its button, and others use no code up", async () => {
  const [mine, another] = [await open(code), await open("another_code_which_nobody_ever_made_here_at_all")];
  const state = stateIn(mine.html);
  const { cookie } = mine;
  const elsewhere = [
    // A page elsewhere has its own code, and at most a state that was shown to somebody else.
    await send({ rollcall_code: code }),
    await send({ rollcall_code: code, rollcall_state: state }),
    await send({ rollcall_code: code, rollcall_state: state }, { cookie: another.cookie }),
    await send({ rollcall_code: code, rollcall_state: stateIn(another.html) }, { cookie: another.cookie }),
    await send({ rollcall_code: code, rollcall_state: "" }, { cookie: "rollcall_browser=" }),
    await send({ rollcall_code: code, rollcall_state: state }, { cookie, "sec-fetch-site": "cross-site" }),
  ];
  expect(elsewhere.map(({ status, to }) => [status, to])).toEqual(elsewhere.map(() => [403, null]));
  for (const { html } of elsewhere) expect(html).toContain("Open the link in your mail again");
  expect(asked).toEqual([]);
  const second = await fetch(`${site.url}/?rollcall_code=another_code_which_nobody_made`, {
    headers: { cookie },
  });
  expect(stateIn(await second.text())).not.toBe("");
  expect((await send({ rollcall_code: code, rollcall_state: state }, { cookie })).status).toBe(303);
});

test("a link never leads to another site", async () => {
  codes.set(code, { member, returnTo: "https://evil.example/" });
  expect(await press(code)).toMatchObject({ status: 303, to: `${site.url}/` });
});

test("a link signs in nobody who manages the site, unless the site allows it, and says no more than of any other", async () => {
  const unknown = await press("another_code_which_nobody_ever_made_here_at_all");
  expect(unknown.html).toContain(gone);
  const owner = { id: "0199a5c0-4444-7000-8000-000000000000", email: "" };
  for (const role of ["administrator", "editor"]) {
    const id = site.php<number>(
      `return wp_insert_user(array('user_login' => 'the.${role}', 'user_email' => '${role}@example.com', 'user_pass' => 'x', 'role' => '${role}'));`,
    );
    codes.set(code, { member: { ...owner, email: `${role}@example.com` }, returnTo: site.url });
    expect(await press(code)).toEqual(unknown);
    site.php(`delete_metadata('user', 0, 'rollcall_member', '${owner.id}', true);
      return update_user_meta(${id}, 'rollcall_member', '${owner.id}');`);
    codes.set(code, { member: owner, returnTo: site.url });
    expect(await press(code)).toEqual(unknown);
  }
  const allow = `"<?php add_filter('rollcall_may_sign_in', '__return_true');"`;
  site.php(`return file_put_contents(WPMU_PLUGIN_DIR . '/allow.php', ${allow.replace(/\$/g, "\\$")});`);
  codes.set(code, { member: owner, returnTo: site.url });
  expect(await whoIs((await press(code)).cookie)).toBe("editor@example.com");
  site.php("return unlink(WPMU_PLUGIN_DIR . '/allow.php');");
});

test("a member whom the site has not linked yet is found by the same address, another’s user never", async () => {
  const late = { id: "0199a5c0-5555-7000-8000-000000000000", email: "Late@example.com" };
  site.php(
    "return wp_insert_user(array('user_login' => 'late', 'user_email' => 'late@example.com', 'user_pass' => 'x', 'role' => 'subscriber'));",
  );
  codes.set(code, { member: late, returnTo: site.url });
  expect(await whoIs((await press(code)).cookie)).toBe("late@example.com");
  codes.set(code, { member: { ...late, email: member.email }, returnTo: site.url });
  expect((await press(code)).status).toBe(403);
});

test("a Rollcall that is down or not set up gives the same answer, and the owner is told", async () => {
  const unknown = await press("another_code_which_nobody_ever_made_here_at_all");
  configure("http://127.0.0.1:1");
  expect(await press(code)).toEqual(unknown);
  expect(site.php<{ what: string }>("return get_option('rollcall_companion_trouble');").what).toContain(
    "127.0.0.1",
  );
  configure("");
  expect(await press(code)).toEqual(unknown);
});

test("a token that Rollcall refuses is the owner’s trouble, a code that is used up is not", async () => {
  const trouble = () =>
    site.php<{ what: string } | false>("return get_option('rollcall_companion_trouble');");
  await press(code);
  expect((await press(code)).status).toBe(403);
  expect(trouble()).toBe(false);
  isTokenWrong = true;
  expect((await press(code)).html).toContain(gone);
  expect(trouble()).toMatchObject({ what: "Rollcall refused the token." });
});

test("nothing here made PHP or WordPress complain", () => expect(site.complaints()).toEqual([]));
