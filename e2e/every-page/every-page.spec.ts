import { pageHeaders } from "#lib/http/page-headers.ts";
import { expectAccessible } from "../fixtures/accessible.ts";
import type { Filled } from "../fixtures/filled.ts";
import { pagesOfApp } from "../fixtures/pages-of-app.ts";
import { test as base, expect, withoutErrors } from "../fixtures/test.ts";

/** These tests only look, so those of one worker share a page. They run before the journeys fill the lists. */
const test = base.extend({
  page: async ({ ownerPage, expectedErrors }, use) => withoutErrors(ownerPage, expectedErrors, use),
});

test.describe.configure({ mode: "parallel" });
test.use({ expectedErrors: [/status of 404/] });

/** Pages without a parameter come from app/; here are those with one, and the states that an address opens. */
const opened = [
  "/webhooks?contact={otherContact}&open={failed}",
  "/webhooks?contact={contact}&open={synced}&tab=request",
  "/webhooks?contact={contact}&open={synced}&tab=changes",
  "/webhooks?status=held&q=nothing",
  "/members/{member}",
  "/connections?new",
  "/connections/{connection}",
  "/connections/{connection}/drift",
  "/access-keys?new={connection}",
  "/alerts?new",
  "/invite/unknown",
  "/no-such-page",
];
/** What an owner who is signed in is led away from; the journeys of signing in and setting up look at them. */
const atTheGate = ["/sign-in", "/setup"];
const plain = pagesOfApp().filter((page) => !page.includes("[") && !atTheGate.includes(page));

for (const address of [...plain, ...opened])
  test(`${address} is served guarded, and passes axe in light and dark, wide and on a phone`, async ({
    page,
    filled,
  }) => {
    const answer = await page.goto(address.replace(/\{(\w+)\}/g, (_, name: keyof Filled) => filled[name]));
    const headers = answer?.headers() ?? {};
    const nonce = /'nonce-(\w{32})'/.exec(headers["content-security-policy"] ?? "")?.[1] ?? "none";
    expect(headers).toMatchObject(pageHeaders(nonce, false));
    await expect(page.getByRole("heading").first()).toBeVisible();
    await expect(page.getByRole("status", { name: /^Reading/ })).toHaveCount(0);
    await expectAccessible(page);
  });
