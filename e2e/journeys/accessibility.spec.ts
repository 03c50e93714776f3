import { expectAccessible } from "../fixtures/accessible.ts";
import { expect, signIn, test } from "../fixtures/test.ts";

test.use({ expectedErrors: [/status of 404/] });

test("every page passes axe in light and dark, wide and on a phone", async ({
  page,
  connect,
  ownerCookies,
}) => {
  test.setTimeout(600_000);
  const { crm, connectionId, call, delivery, urls, first } = await connect("Everyone");
  const synced = await call(urls.add, first);
  await expect.poll(async () => (await delivery(synced)).status).toBe("synced");
  crm.control.fault("402", 1_000);
  const failed = await call(urls.add, first + 1);
  await expect.poll(async () => (await delivery(failed)).status).toBe("dead");
  crm.control.clearFaults();
  await fetch(`${urls.add.replace(/\/hooks\/[^/]+/, "/hooks/no-such-key-anywhere")}`, { method: "POST" });
  const { memberId } = await delivery(synced);

  await signIn(page, ownerCookies);
  const pages = [
    "/",
    "/webhooks",
    `/webhooks?contact=${first + 1}&open=${failed}`,
    `/webhooks?contact=${first}&open=${synced}&tab=request`,
    `/webhooks?contact=${first}&open=${synced}&tab=changes`,
    "/webhooks?status=held&q=nothing",
    "/members",
    `/members/${memberId}`,
    "/connections",
    "/connections?new",
    `/connections/${connectionId}`,
    `/connections/${connectionId}/drift`,
    "/access-keys",
    `/access-keys?new=${connectionId}`,
    "/alerts",
    "/alerts?new",
    "/settings",
    "/docs",
    "/no-such-page",
  ];
  for (const address of pages)
    await test.step(address, async () => {
      await page.goto(address);
      await expect(page.getByRole("heading").first()).toBeVisible();
      await expect(page.getByRole("status", { name: /^Reading/ })).toHaveCount(0);
      await expectAccessible(page);
    });
});
