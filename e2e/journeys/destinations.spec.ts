import { type Receiver, startReceiver } from "#lib/push/testing.ts";
import { expectAccessible } from "../fixtures/accessible.ts";
import { expect, signIn, test } from "../fixtures/test.ts";

let receiver: Receiver;
test.beforeAll(async () => {
  receiver = await startReceiver();
});
test.afterAll(() => receiver.close());
test.beforeEach(({ page, ownerCookies }) => signIn(page, ownerCookies));

test("a destination is added, pushed to, retried when it failed, paused and deleted", async ({
  page,
  connect,
}) => {
  const { call, delivery, urls, first } = await connect("Pushed");
  const status = (id: string) => async () => (await delivery(id)).status;

  await test.step("it is tested as it is added, and its secret is shown once", async () => {
    await page.goto("/destinations?new");
    const dialog = page.getByRole("dialog", { name: "Add a destination" });
    await expect(dialog.getByRole("status", { name: /^Reading/ })).toHaveCount(0);
    await expectAccessible(page);
    await dialog.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "HTTP endpoint" }).click();
    await dialog.getByLabel("Name").fill("Forum");
    await dialog.getByLabel("Address").fill(receiver.url);
    await dialog.getByRole("button", { name: "Save and test" }).click();
    const secret = page.getByRole("dialog", { name: "The secret of “Forum”" });
    await expect(secret).toContainText("whsec_");
    await secret.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("heading", { name: "Forum" })).toBeVisible();
    await expect(page.getByText("Test event accepted")).toBeVisible();
  });
  const address = new URL(page.url()).pathname;

  await test.step("a webhook makes a member, and the member is pushed", async () => {
    const id = await call(urls.add, first);
    await expect.poll(status(id)).toBe("synced");
    expect(receiver.taken().map(({ type }) => type)).toContain("member.created");
    await page.reload();
    await expect(page.getByText("The one member is right.")).toBeVisible();
  });

  await test.step("what the receiver refuses is named, and a retry mends it", async () => {
    receiver.answer = () => ({ status: 400 });
    const id = await call(urls.add, first + 1);
    await expect.poll(status(id)).toBe("partly_synced");
    await page.goto(address);
    await expect(page.getByRole("heading", { name: /^Went wrong/ })).toBeVisible();
    await expect(page.getByRole("status", { name: /^Reading/ })).toHaveCount(0);
    await expectAccessible(page);
    await page.goto("/destinations");
    await expect(page.getByRole("link", { name: "Forum" })).toBeVisible();
    await expectAccessible(page);
    await page.goto(`/webhooks?contact=${first + 1}&open=${id}`);
    const panel = page.getByRole("complementary", { name: "Webhook" });
    await expect(panel).toContainText("Not pushed to Forum");
    await expect(panel).toContainText("Retry pushes only to the sites");
    // Long enough before the next try by itself that the click comes first.
    const untilNext = async () => Date.parse((await delivery(id)).nextRetryAt ?? "") - Date.now();
    await expect.poll(untilNext, { timeout: 90_000 }).toBeGreaterThan(12_000);
    receiver.answer = () => ({ status: 200 });
    await panel.getByRole("button", { name: "Retry now" }).click();
    await expect(panel).toContainText("Pushed to Forum");
    await expect.poll(status(id)).toBe("synced");
  });

  await test.step("paused it keeps what it is owed, and goes on when it is resumed", async () => {
    await page.goto(address);
    await page.getByRole("button", { name: "Pause" }).click();
    await expect(page.getByText(/^Paused by /)).toBeVisible();
    const id = await call(urls.add, first + 2);
    await expect.poll(status(id)).toBe("partly_synced");
    await page.reload();
    await expect(page.getByText(/; 1 member waits\.$/)).toBeVisible();
    await page.getByRole("button", { name: "Resume" }).click();
    await expect.poll(status(id)).toBe("synced");
    await expect(page.getByText("All 3 members are right.")).toBeVisible();
  });

  await test.step("it goes once its name is typed", async () => {
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete “Forum”" });
    await dialog.getByLabel("Type Forum to confirm").fill("Forum");
    await dialog.getByRole("button", { name: "Delete the destination" }).click();
    await expect(page.getByRole("heading", { name: "Members are pushed nowhere yet" })).toBeVisible();
  });
});
