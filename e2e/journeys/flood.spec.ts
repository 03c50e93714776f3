import { expectAccessible } from "../fixtures/accessible.ts";
import { expect, signIn, test } from "../fixtures/test.ts";

test.beforeEach(({ page, ownerCookies }) => signIn(page, ownerCookies));

test("a flood opens, is held with a reason and released, and every member is right", async ({
  page,
  connect,
  server,
}) => {
  const { crm, connectionId, urls, call, first } = await connect("Bulk edit");
  const [opening, many] = [12, 60];
  const floods = () =>
    server.api<{ items: { state: string; counts: { held: number } }[] }>(
      "GET",
      `/floods?connection=${connectionId}`,
    );
  crm.state.settings.sideload = false;
  await server.api("POST", `/connections/${connectionId}/test`);
  const settings = `/connections/${connectionId}`;
  await server.api("PATCH", settings, { floodPerMinute: 10 });
  for (let index = 0; index < opening; index++) await call(urls.add, first + index);
  await expect.poll(async () => (await floods()).items.map(({ state }) => state)).toEqual(["pacing"]);
  // Two calls a contact and one call a second: what comes now is far from done when it is held.
  await server.api("PATCH", settings, { callsPerSecond: 1 });
  for (let index = opening; index < many; index++) await call(urls.add, first + index);

  await page.goto(`/webhooks?connection=${connectionId}`);
  const block = page.getByRole("region", { name: "Flood" });
  await expect(block).toContainText(/\d+ webhooks paced: a flood from Bulk edit/);
  await expect(block).toContainText("1 call a second, the pace set for Bulk edit");
  await block.getByRole("button", { name: "Hold all" }).click();
  const hold = page.getByRole("dialog", { name: "Hold the flood" });
  await hold.getByRole("textbox", { name: "Why" }).fill("Sale until noon");
  await hold.getByRole("button", { name: "Hold all" }).click();
  await expect(block).toContainText(/Held by .+: “Sale until noon”/);
  await expect(block.getByRole("button", { name: "Release all" })).toBeFocused();
  await expect.poll(async () => (await floods()).items[0]?.counts.held).toBeGreaterThan(0);

  const row = page.getByRole("row").filter({ hasText: /Flood of \d+ webhooks/ });
  await expect(row).toContainText("Held");
  await expectAccessible(page);
  await row.getByRole("link").click();
  await expect(page).toHaveURL(/[?&]flood=/);
  await expect(block).toBeFocused();
  await expect(page.locator("[data-id]").filter({ hasText: "Held" }).first()).toBeVisible();
  await block.getByRole("link", { name: "All webhooks" }).click();
  await expect(row).toBeVisible();

  await block.getByRole("button", { name: "More for the flood" }).click();
  await page.getByRole("menuitem", { name: "Drop what has not run" }).click();
  const drop = page.getByRole("dialog", { name: /^Drop \d+ webhooks?$/ });
  await expect(drop).toContainText("they stay in the log as Filtered");
  await expect(drop.getByRole("button", { name: /^Drop/ })).toHaveAttribute("aria-disabled", "true");
  await drop.getByRole("button", { name: "Keep them" }).click();

  await server.api("PATCH", settings, { callsPerSecond: 500 });
  await block.getByRole("button", { name: "Release all" }).click();
  const release = page.getByRole("dialog", { name: "Release the flood" });
  await release.getByRole("button", { name: "Release all" }).click();
  // Calls that wait for their slot already keep the pace under which they asked for it.
  await expect
    .poll(() => server.api("GET", `/deliveries/counts?connection=${connectionId}&status=synced`), {
      timeout: 90_000,
    })
    .toMatchObject({ total: many });
  await expect(block).toContainText(/\d+ done/);
  await expect(block).not.toContainText("to go");
});
