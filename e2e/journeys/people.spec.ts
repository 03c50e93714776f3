import type { BrowserContext, Page } from "@playwright/test";
import { expectAccessible } from "../fixtures/accessible.ts";
import { expect, signIn, takenOver, test } from "../fixtures/test.ts";

test.use({
  permissions: ["clipboard-read", "clipboard-write"],
  expectedErrors: [/status of 409/],
});
test.beforeEach(({ page, ownerCookies }) => signIn(page, ownerCookies));

/** Opens the settings and invites somebody; the link, as the owner copies it. */
async function invite(page: Page, { name, email, role }: Record<"name" | "email" | "role", string>) {
  await page.goto("/settings");
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite a person" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByRole("radio", { name: role }).check();
  await dialog.getByRole("button", { name: "Make the link" }).click();
  return copyLink(page, name);
}

async function copyLink(page: Page, name: string): Promise<string> {
  const ready = page.getByRole("dialog", { name: `The link for ${name} is ready` });
  await ready.getByRole("button", { name: "Copy the link" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await ready.getByRole("button", { name: "Done" }).click();
  return link;
}

const lineOf = (page: Page, email: string) => page.getByRole("row").filter({ hasText: email });

async function choosePassword(page: Page, link: string, password: string): Promise<void> {
  await page.goto(link);
  await takenOver(page);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Set the password and sign in" }).click();
}

/** A browser of somebody else. */
const others: BrowserContext[] = [];
test.afterEach(() => Promise.all(others.splice(0).map((context) => context.close())).then(() => {}));

test("somebody is invited to look, may then retry, and is removed", async ({
  page,
  browser,
  server,
  connect,
}) => {
  const { crm, call, delivery, urls, first } = await connect("People");
  crm.control.fault("402", 1_000);
  const failed = await call(urls.add, first);
  await expect.poll(async () => (await delivery(failed)).status).toBe("dead");
  crm.control.clearFaults();
  const vera = { name: "Vera Lind", email: "vera@rollcall.test", role: "Viewer" };
  const context = await browser.newContext({ baseURL: server.url });
  others.push(context);
  const theirs = await context.newPage();
  let link = "";

  await test.step("the owner makes a link, which is shown once", async () => {
    link = await invite(page, vera);
    expect(link).toMatch(new RegExp(`^${server.url}/invite/\\w{43}$`));
    await expect(lineOf(page, vera.email)).toContainText("Invited");
    expect(await page.content()).not.toContain(link);
    await expectAccessible(page);
  });

  await test.step("an e-mail that is there is not invited again", async () => {
    await page.getByRole("button", { name: "Invite" }).click();
    const dialog = page.getByRole("dialog", { name: "Invite a person" });
    await dialog.getByLabel("Name").fill("Vera");
    await dialog.getByLabel("E-mail").fill("VERA@rollcall.test");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Make the link" }).click();
    await expect(dialog.getByRole("alert")).toContainText("vera@rollcall.test is here already.");
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  await test.step("the link asks for a password, and signs in", async () => {
    await theirs.goto(link);
    await expect(theirs.getByRole("heading", { name: "Welcome, Vera Lind" })).toBeVisible();
    await expectAccessible(theirs);
    await choosePassword(theirs, link, "a plane, well sharpened");
    await expect(theirs).toHaveURL(`${server.url}/`);
    await expect(theirs.getByRole("button", { name: "Vera Lind" })).toBeVisible();
    await theirs.goto(link);
    await expect(theirs.getByText("It was used already.")).toBeVisible();
    await expectAccessible(theirs);
  });

  const retry = theirs
    .getByRole("complementary", { name: "Webhook" })
    .getByRole("button", { name: /^Retry/ });
  await test.step("a viewer sees the webhook, and why they cannot retry it", async () => {
    await theirs.goto(`/webhooks?open=${failed}`);
    await expect(retry).toHaveAttribute("aria-disabled", "true");
    await retry.hover();
    await expect(theirs.getByText("Only an operator or an owner can do this")).toBeVisible();
    await theirs.goto("/settings");
    await expectAccessible(theirs);
    await theirs.getByRole("button", { name: "Invite" }).hover();
    await expect(theirs.getByText("Only an owner can do this")).toBeVisible();
  });

  await test.step("as an operator they retry it", async () => {
    await page.getByRole("combobox", { name: "Role of Vera Lind" }).click();
    await page.getByRole("option", { name: "Operator" }).click();
    await expect(page.getByRole("combobox", { name: "Role of Vera Lind" })).toContainText("Operator");
    await expect(async () => {
      await theirs.goto(`/webhooks?open=${failed}`);
      await takenOver(theirs);
      await expect(retry).not.toHaveAttribute("aria-disabled", { timeout: 3_000 });
    }).toPass();
    await retry.click();
    await expect.poll(async () => (await delivery(failed)).status).toBe("synced");
  });

  await test.step("once removed, their session and their password open nothing", async () => {
    await lineOf(page, vera.email).getByRole("button", { name: "More for Vera Lind" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove Vera Lind" });
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Remove the person" }).click();
    await expect(lineOf(page, vera.email)).toHaveCount(0);
    await expect(async () => {
      await theirs.goto("/members");
      await expect(theirs).toHaveURL(/\/sign-in/, { timeout: 3_000 });
    }).toPass();
    await theirs.getByLabel("E-mail").fill(vera.email);
    await theirs.getByLabel("Password", { exact: true }).fill("a plane, well sharpened");
    await theirs.getByRole("button", { name: "Sign in" }).click();
    await expect(theirs.getByRole("main").getByRole("alert")).toHaveText(
      "That e-mail and password do not belong together.",
    );
  });
});

test("who forgot their password gets a new link, and changes the password later by themself", async ({
  page,
  browser,
  server,
}) => {
  const odd = { name: "Odd Berg", email: "odd@rollcall.test", role: "Operator" };
  const context = await browser.newContext({ baseURL: server.url });
  others.push(context);
  const theirs = await context.newPage();
  await choosePassword(theirs, await invite(page, odd), "the first of three");
  await expect(theirs).toHaveURL(`${server.url}/`);

  await page.reload();
  await lineOf(page, odd.email).getByRole("button", { name: "More for Odd Berg" }).click();
  await page.getByRole("menuitem", { name: "New link" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make the link" }).click();
  const link = await copyLink(page, odd.name);
  await expect(lineOf(page, odd.email)).toContainText("link until");

  await test.step("on it, whoever the browser is signed in as, they choose another", async () => {
    await page.goto(link);
    await expect(page.getByText("This browser is signed in as owner@rollcall.test.")).toBeVisible();
    await expectAccessible(page);
    await choosePassword(theirs, link, "the second of three");
    await expect(theirs).toHaveURL(`${server.url}/`);
  });

  await theirs.goto("/settings");
  await takenOver(theirs);
  await theirs.getByRole("button", { name: "Change", exact: true }).click();
  const dialog = theirs.getByRole("dialog", { name: "Change your password" });
  await expectAccessible(theirs);
  const change = async (current: string) => {
    await dialog.getByLabel("Your password now").fill(current);
    await dialog.getByLabel("New password").fill("the third of three");
    await dialog.getByRole("button", { name: "Change the password" }).click();
  };
  await change("the first of three");
  await expect(dialog.getByRole("alert")).toContainText("This is not your password now.");
  await change("the second of three");
  await expect(theirs.getByText("It is changed.")).toBeVisible();
  await theirs.reload();
  await expect(theirs.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
});
