import { type Browser, chromium, type Page } from "@playwright/test";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { nothingKnown } from "#lib/destinations/contract.ts";
import { newMember, openDestination } from "./open-destination.ts";
import { startWordPress, type WordPressSite } from "./start-site.ts";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];
const push = { id: "0199a5c0-2222-7000-8000-000000000000" };

let site: WordPressSite;
let browser: Browser;
let page: Page;
let gated: string;

beforeAll(async () => {
  site = await startWordPress();
  site.companion(true);
  gated = site.php<string>(
    `return get_permalink(wp_insert_post(array('post_type' => 'page', 'post_title' => 'Lesson', 'post_status' => 'publish',
      'post_content' => '<h1>Lesson one</h1>[rollcall tag="Gold"]<p>How to plane end grain.</p>[rollcall_else]<p>Join to read on.</p>[/rollcall]')));`,
  );
  for (const [login, tags] of Object.entries({ ada: ["Gold"], grace: ["Silver"] }))
    await openDestination(site).push(
      newMember({ login, tags, password: { plain: `the password of ${login}`, why: "new" } }),
      nothingKnown,
      push,
    );
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH || undefined, args: flags });
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});
beforeEach(async () => {
  await page?.context().close();
  page = await (await browser.newContext()).newPage();
});

async function signIn(login: string): Promise<void> {
  await page.goto(`${site.url}/wp-login.php?redirect_to=${encodeURIComponent(gated)}`);
  await page.getByLabel("Username or Email Address").fill(login);
  await page.locator("#user_pass").fill(`the password of ${login}`);
  await page.getByRole("button", { name: "Log In" }).click();
  await page.waitForURL(gated);
}
const isSeen = (text: string) => page.getByText(text).isVisible();

test("a visitor sees what is for everybody, and the way in", async () => {
  await page.goto(gated);
  expect(await isSeen("Lesson one")).toBe(true);
  expect(await isSeen("Join to read on.")).toBe(true);
  expect(await page.content()).not.toContain("end grain");
});

test("a member with the tag signs in and reads", async () => {
  await signIn("ada");
  expect(await isSeen("How to plane end grain.")).toBe(true);
  expect(await isSeen("Join to read on.")).toBe(false);
});

test("a member without it signs in and does not, until Rollcall gives it to them", async () => {
  await signIn("grace");
  expect(await isSeen("Join to read on.")).toBe(true);
  expect(await page.content()).not.toContain("end grain");
  site.php(
    "return update_user_meta(get_user_by('login', 'grace')->ID, 'rollcall_tags', array('Gold', 'Silver'));",
  );
  await page.reload();
  expect(await isSeen("How to plane end grain.")).toBe(true);
});

test("a Rollcall that is down keeps nobody out", async () => {
  site.php(
    "return update_option('rollcall_companion', array('url' => 'http://127.0.0.1:1', 'token' => 'the token of the site'));",
  );
  await signIn("ada");
  expect(await isSeen("How to plane end grain.")).toBe(true);
  expect(site.php("return get_option('rollcall_companion_trouble')['what'];")).toContain("127.0.0.1");
});
