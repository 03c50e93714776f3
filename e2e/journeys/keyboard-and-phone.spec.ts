import { expect, signIn, test } from "../fixtures/test.ts";

test.beforeEach(({ page, ownerCookies }) => signIn(page, ownerCookies));

test("the keyboard alone finds a failure and mends it", async ({ page, connect }) => {
  const { crm, connectionId, call, delivery, urls, first } = await connect("Keyboard");
  const synced = await call(urls.add, first);
  await expect.poll(async () => (await delivery(synced)).status).toBe("synced");
  crm.control.fault("402", 1_000);
  const failed = await call(urls.add, first + 1);
  await expect.poll(async () => (await delivery(failed)).status).toBe("dead");
  crm.control.clearFaults();

  await page.goto(`/webhooks?connection=${connectionId}`);
  const focused = page.locator(":focus");
  await page.keyboard.press("j");
  await expect(focused).toHaveAttribute("data-row-link", failed);
  await page.keyboard.press("j");
  await expect(focused).toHaveAttribute("data-row-link", synced);
  await page.keyboard.press("k");
  await expect(focused).toHaveAttribute("data-row-link", failed);
  await page.keyboard.press("Enter");
  const panel = page.getByRole("complementary", { name: "Webhook" });
  await expect(panel).toContainText("says the account is not paid");
  await page.keyboard.press("r");
  await expect(panel.getByRole("heading", { level: 2 })).toContainText("Synced");
  await page.keyboard.press("j");
  await expect(page).toHaveURL(new RegExp(`open=${synced}`));
  await page.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  await expect(focused).toHaveAttribute("data-row-link", synced);
  await page.keyboard.press("x");
  await expect(page.getByRole("region", { name: "Selection" })).toContainText("1 selected");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Selection" })).toHaveCount(0);
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Search webhooks" })).toBeFocused();
});

test("on a phone rows are cards, places are tabs below, and the panel is a sheet", async ({
  page,
  connect,
}) => {
  const { call, delivery, urls, first } = await connect("Phone");
  const id = await call(urls.add, first);
  await expect.poll(async () => (await delivery(id)).status).toBe("synced");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/webhooks?contact=${first}`);
  const card = page.locator(`[data-id="${id}"]`);
  await expect(card).toHaveCSS("display", "grid");
  const tabs = page.getByRole("navigation", { name: "Main" });
  await expect(tabs).toBeInViewport();
  await expect(tabs.getByRole("link", { name: /^Webhooks/ })).toHaveAttribute("aria-current", "page");
  await card.click();
  const sheet = page.getByRole("complementary", { name: "Webhook" });
  await expect(sheet.getByRole("heading", { level: 2 })).toContainText("Synced");
  expect(await sheet.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  await sheet.getByRole("button", { name: "Close, Escape" }).click();
  await expect(sheet).toHaveCount(0);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBe(390);
});
