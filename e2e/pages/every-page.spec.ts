import { expectAccessible } from "../fixtures/accessible.ts";
import { pagesOfApp } from "../fixtures/pages-of-app.ts";
import { type Account, test as base, expect, signIn } from "../fixtures/test.ts";

type Names = "synced" | "failed" | "member" | "connection" | "contact" | "otherContact";

/** An account with something to show on every page; each name stands in addresses as `{name}`. */
const test = base.extend<object, { filled: Record<Names, string> }>({
  filled: [
    async ({ connect }, use) => {
      const account = await connect("Everyone");
      await use(await fill(account, account.first));
    },
    { scope: "worker" },
  ],
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
  "/no-such-page",
];
/** What an owner who is signed in is led away from; the journeys of signing in and setting up look at them. */
const atTheGate = ["/sign-in", "/setup"];
const plain = pagesOfApp().filter((page) => !page.includes("[") && !atTheGate.includes(page));

for (const address of [...plain, ...opened])
  test(`${address} passes axe in light and dark, wide and on a phone`, async ({
    page,
    filled,
    ownerCookies,
  }) => {
    await signIn(page, ownerCookies);
    await page.goto(address.replace(/\{(\w+)\}/g, (_, name: Names) => filled[name]));
    await expect(page.getByRole("heading").first()).toBeVisible();
    await expect(page.getByRole("status", { name: /^Reading/ })).toHaveCount(0);
    await expectAccessible(page);
  });

async function fill(
  { crm, connectionId, call, delivery, urls }: Account,
  first: number,
): Promise<Record<Names, string>> {
  const status = (id: string) => async () => (await delivery(id)).status;
  const synced = await call(urls.add, first);
  await expect.poll(status(synced)).toBe("synced");
  crm.control.fault("402", 1_000);
  const failed = await call(urls.add, first + 1);
  await expect.poll(status(failed)).toBe("dead");
  crm.control.clearFaults();
  await fetch(`${urls.add.replace(/\/hooks\/[^/]+/, "/hooks/no-such-key-anywhere")}`, { method: "POST" });
  return {
    synced,
    failed,
    member: String((await delivery(synced)).memberId),
    connection: connectionId,
    contact: String(first),
    otherContact: String(first + 1),
  };
}
