import type { Page } from "@playwright/test";
import { startSandbox } from "#lib/sandbox/sandbox.ts";
import { expectAccessible } from "../fixtures/accessible.ts";
import { type Rollcall, startRollcall } from "../fixtures/rollcall.ts";
import { expect, test } from "../fixtures/test.ts";

const person = { name: "Marta Okafor", email: "marta@rollcall.test", password: "a tidy bench, always" };

/** A Rollcall that nobody has set up yet. */
const fresh = test.extend<{ empty: Rollcall }>({
  empty: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern.
    async ({}, use) => {
      const empty = await startRollcall({ ADMIN_EMAIL: "", ADMIN_PASSWORD: "" });
      await use(empty);
      await empty.stop();
    },
    { timeout: 240_000 },
  ],
  baseURL: async ({ empty }, use) => use(empty.url),
});
fresh.use({
  permissions: ["clipboard-read", "clipboard-write"],
  expectedErrors: [/status of (403|422|503)/],
});

const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

fresh(
  "a new owner sets Rollcall up, connects a CRM and sees the first webhook arrive",
  async ({ page, empty, browser }) => {
    fresh.setTimeout(300_000);
    const crm = await startSandbox({ contacts: 25 });

    await fresh.step("set-up takes the code that the server printed, and no other", async () => {
      await page.goto("/members");
      await expect(page).toHaveURL(/\/setup$/);
      await expectAccessible(page);
      await page.getByLabel("Set-up code").fill("AAAA-AAAA");
      await page.getByLabel("Your name").fill(person.name);
      await page.getByLabel("E-mail").fill(person.email);
      await page.getByLabel("Password").fill(person.password);
      await page.getByRole("button", { name: "Set up and sign in" }).click();
      const code = page.getByLabel("Set-up code");
      await expect(code).toHaveAccessibleDescription(/^This is not the set-up code\./);
      await expect(code).toBeFocused();
      const printed = /enter the code (\S+)/;
      await expect.poll(() => empty.printed()).toMatch(printed);
      await page.getByLabel("Set-up code").fill(printed.exec(empty.printed())?.[1] ?? "");
      await page.getByRole("button", { name: "Set up and sign in" }).click();
      await expect(page.getByRole("heading", { name: "Connect your CRM", level: 1 })).toBeVisible();
      const stranger = await browser.newContext({ baseURL: empty.url });
      const elsewhere = await stranger.newPage();
      await elsewhere.goto("/setup");
      await expect(elsewhere).toHaveURL(/\/sign-in$/);
      await stranger.close();
    });

    await fresh.step("a connection is tested before it is shown", async () => {
      await expectAccessible(page);
      await page.getByRole("link", { name: "Add a connection" }).click();
      const dialog = page.getByRole("dialog", { name: "Add a connection" });
      await dialog.getByLabel("Name").fill("Oakline");
      await dialog.getByLabel("Address").fill(crm.url);
      await dialog.getByLabel("API key").fill("not the key");
      await dialog.getByRole("button", { name: "Save and test" }).click();
      await expect(page.getByRole("heading", { name: "Oakline", level: 1 })).toBeVisible();
      await expect(page.getByText("API key refused")).toBeVisible();
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Name, address and API key" }).click();
      await page.getByRole("dialog").getByLabel("API key").fill(crm.apiToken);
      await page.getByRole("dialog").getByRole("button", { name: "Save and test" }).click();
      await expect(page.getByText("API key accepted")).toBeVisible();
      await expect(page.getByText("Tags and fields come in one call")).toBeVisible();
    });

    await fresh.step("the first page makes a URL and a line for the terminal", async () => {
      await page.goto("/webhooks");
      await expect(page.getByRole("heading", { name: "Send the first webhook" })).toBeVisible();
      await page.getByRole("button", { name: "Make the URL" }).click();
      await page.getByRole("button", { name: "Copy the URL" }).click();
      const url = await copied(page);
      expect(url).toMatch(/\/hooks\/[\w-]{22,}\/update$/);
      await page.getByText("No CRM at hand?").click();
      await page.getByRole("button", { name: "Copy the curl line" }).click();
      expect(await copied(page)).toContain(`curl ${url}`);
      await expectAccessible(page);
    });

    let key = "";
    let url = "";
    await fresh.step("a key is shown once", async () => {
      await page.goto("/access-keys");
      await page.getByRole("button", { name: "New key" }).click();
      await page.getByLabel("Name").fill("New purchase");
      await page.getByRole("button", { name: "Make the key" }).click();
      const result = page.getByRole("dialog", { name: "Key “New purchase” is ready" });
      await expect(result.getByRole("button", { name: "Copy the key" })).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(result.getByLabel("I have stored the key")).toBeChecked();
      key = await copied(page);
      await result.getByRole("button", { name: "Copy the Add URL" }).click();
      url = await copied(page);
      expect(url).toBe(`${empty.url}/hooks/${key}/add`);
      await result.getByRole("button", { name: "Done" }).click();
      await page.reload();
      await expect(page.getByRole("heading", { name: "New purchase" })).toBeVisible();
      expect(await page.content()).not.toContain(key);
    });

    const body =
      "contact%5Bid%5D=1&contact[email]=anna.lindqvist.1@example.com&contact[first_name]=Anna&contact[last_name]=Lindqvist&note=a+b%20c&empty=&note=again";
    await fresh.step("the first delivery appears by itself and leads to its steps", async () => {
      await page.goto("/webhooks");
      await expect(page.getByText("Waiting for the first webhook")).toBeVisible();
      const headers = {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        "x-trace": "first",
      };
      expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
      await expect(page.getByText("The first webhook is here: synced")).toBeVisible();
      await page.getByRole("link", { name: "See every step" }).click();
      await expect(page.getByRole("complementary", { name: "Webhook" })).toBeVisible();
    });

    await fresh.step("the row and the panel, opened by their address, tell all of it", async () => {
      await page.reload();
      const row = page.getByRole("row").filter({ hasText: "Anna Lindqvist" });
      await expect(row).toContainText("Synced");
      await expect(row.getByRole("img", { name: "Reached every hop" })).toBeVisible();
      const panel = page.getByRole("complementary", { name: "Webhook" });
      await expect(panel.getByRole("heading", { level: 2 })).toContainText(/Synced in \d/);
      const door = panel.getByRole("region", { name: "At the door, while ActiveCampaign waited" });
      await expect(door.getByRole("listitem")).toHaveCount(4);
      await expect(door).toContainText(/200 accepted, [\d.]+ m?s after arrival/);
      const worker = panel.getByRole("region", { name: "In the worker, after the answer" });
      await expect(worker).toContainText("contact 1, 2 tags, 4 fields");
      await page.getByRole("tab", { name: "Request" }).click();
      await expect(panel).toContainText("Understood as Rollcall, action add");
      await expect(panel.getByRole("table", { name: "Headers" })).toContainText("x-trace");
      await expect(panel.getByRole("table", { name: "Pairs of query and body" }).getByRole("row")).toHaveText(
        [
          "contact[id]1",
          "contact[email]anna.lindqvist.1@example.com",
          "contact[first_name]Anna",
          "contact[last_name]Lindqvist",
          "notea b c",
          "emptyempty",
          "noteagain",
        ],
      );
      await panel.getByRole("button", { name: "Raw" }).click();
      await expect(panel.locator("pre")).toHaveText(body);
      expect(await page.content()).not.toContain(key);
      await page.getByRole("tab", { name: "Changes" }).click();
      await expect(panel).toContainText("The member was made with this.");
      await panel.getByRole("button", { name: "Close, Escape" }).click();
      await expect(row.getByRole("cell").nth(6)).toHaveText(/^[\d.]+ m?s$/);
      await expect(row.getByRole("cell").nth(7)).toHaveText(/^[\d.]+ m?s$/);
    });
    await crm.close();
  },
);
