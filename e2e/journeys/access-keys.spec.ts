import type { Page } from "@playwright/test";
import { callAbout } from "../fixtures/account.ts";
import { expect, signIn, test } from "../fixtures/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });
test.beforeEach(({ page, ownerCookies }) => signIn(page, ownerCookies));

const copyIn = async (page: Page, button: string) => {
  await page.getByRole("dialog").getByRole("button", { name: button }).click();
  return page.evaluate(() => navigator.clipboard.readText());
};

test("a key is made with its limits, replaced in peace, and revoked", async ({ page, connect, server }) => {
  const { connectionId, first } = await connect("Keys");
  let nativeUrl = "";
  let key = "";

  await test.step("it may ask for what was ticked, in both forms of its URL", async () => {
    await page.goto(`/access-keys?new=${connectionId}`);
    const dialog = page.getByRole("dialog", { name: "New key" });
    await dialog.getByLabel("Name").fill("Level change");
    await dialog.getByRole("checkbox", { name: /^Update tags/ }).uncheck();
    await dialog.getByRole("checkbox", { name: /^Any role/ }).uncheck();
    await dialog.getByLabel("Roles it may hand out").fill("customer");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    nativeUrl = await copyIn(page, "Copy the Add URL");
    key = /\/hooks\/([^/]+)\/add$/.exec(nativeUrl)?.[1] ?? "";
    await expect(page.getByRole("button", { name: "Copy the Update tags URL" })).toHaveCount(0);
    await page.getByRole("button", { name: "WP Fusion form" }).click();
    const pluginUrl = await copyIn(page, "Copy the Add URL");
    expect(pluginUrl).toBe(`${server.url}/?wpf_action=add&access_key=${key}`);
    await page.getByRole("button", { name: "Done" }).click();
    await callAbout(pluginUrl, first);
    await callAbout(`${nativeUrl}?role=customer`, first);
    expect(
      (await fetch(`${nativeUrl}?role=shop_manager`, { method: "POST", body: "contact[id]=1" })).status,
    ).toBe(403);
    expect(
      (await fetch(`${server.url}/hooks/${key}/update_tags`, { method: "POST", body: "contact[id]=1" }))
        .status,
    ).toBe(403);
  });

  const line = page.getByRole("row").filter({ hasText: "Level change" });
  await test.step("after a rotation both keys work, and who still uses the old one is named", async () => {
    await line.getByRole("button", { name: "Rotate" }).click();
    await page.getByRole("button", { name: "Make the new key" }).click();
    const newUrl = await copyIn(page, "Copy the Add URL");
    expect(newUrl).not.toBe(nativeUrl);
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByText("Nobody has called with the old one since the change.")).toBeVisible();
    await callAbout(newUrl, first);
    await callAbout(nativeUrl, first);
    const caller = page.getByRole("listitem").filter({ hasText: "127.0.0.1, add by Rollcall URL" });
    await expect(async () => {
      await page.reload();
      await expect(caller).toContainText("1 call since the change", { timeout: 3_000 });
    }).toPass();
    await expect(line.first()).toContainText("Rotating");
  });

  await test.step("a revoked key is turned away at the door", async () => {
    await page.getByRole("button", { name: "Stop it now" }).click();
    const dialog = page.getByRole("dialog", { name: "Revoke “Level change”" });
    await expect(dialog).toContainText("It is in use.");
    await dialog.getByRole("button", { name: "Revoke the key" }).click();
    await expect(page.getByRole("button", { name: "Stop it now" })).toHaveCount(0);
    const status = async () => (await fetch(nativeUrl, { method: "POST", body: "contact[id]=1" })).status;
    await expect.poll(status).toBe(401);
  });
});
