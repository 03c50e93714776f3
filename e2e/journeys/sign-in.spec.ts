import { expectAccessible } from "../fixtures/accessible.ts";
import { expect, signIn, takenOver, test } from "../fixtures/test.ts";

test("the owner signs in with e-mail and password, comes to the page asked for, and signs out", async ({
  page,
  server,
}) => {
  await page.goto("/sign-in?next=/members");
  await expectAccessible(page);
  await page.getByLabel("E-mail").fill(server.owner.email);
  await page.getByLabel("Password", { exact: true }).fill(server.owner.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Members", level: 1 })).toBeVisible();
  await takenOver(page);
  await page.getByRole("button", { name: "Owner" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto("/members");
  await expect(page).toHaveURL(/\/sign-in/);
});

test.describe("what is refused", () => {
  test.use({ expectedErrors: [/status of 401/] });

  test("a wrong password is refused with a sentence", async ({ page }) => {
    await page.goto("/sign-in");
    await page.getByLabel("E-mail").fill("nobody@rollcall.test");
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("main").getByRole("alert")).toHaveText(
      "That e-mail and password do not belong together.",
    );
  });

  test("too many tries are refused with what to do", async ({ page }) => {
    const password = page.getByLabel("Password", { exact: true });
    await page.goto("/sign-in");
    await page.getByLabel("E-mail").fill("guessed@rollcall.test");
    const refusal = page.getByRole("main").getByRole("alert");
    for (let tries = 0; tries < 11; tries++) {
      await password.fill(`guess ${tries}`);
      await page.getByRole("button", { name: "Sign in" }).click();
      // The sentence of the try before went with the click; the button takes no other until this one's is shown.
      await expect(refusal).toBeVisible();
    }
    await expect(refusal).toHaveText("Too many tries. Wait a few minutes, then try again.");
  });
});

test.describe("a session that ended elsewhere", () => {
  test.use({ expectedErrors: [/status of 401/] });

  test("is told on the page that still stands open, with the way back to it", async ({
    page,
    ownerCookies,
  }) => {
    await signIn(page, ownerCookies);
    await page.goto("/members");
    await page.context().clearCookies();
    await page.getByLabel("Search members").fill("anybody");
    await expect(page.getByRole("alert").filter({ hasText: "You are signed out." })).toBeVisible();
    await page.getByRole("link", { name: "Sign in again" }).click();
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fmembers$/);
  });
});

test("a sign-in that is larger than any address and password is refused unread", async ({ server }) => {
  const answer = await fetch(`${server.url}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `password=${"x".repeat(100_000)}`,
  });
  expect(answer.status).toBe(413);
});

test("the theme is kept from page to page, drawn by the server", async ({ page, ownerCookies }) => {
  await signIn(page, ownerCookies);
  await page.goto("/connections");
  await page.getByRole("button", { name: "Light or dark" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const drawn = await page.request.get("/members");
  expect(await drawn.text()).toContain('data-theme="dark"');
});

test("keys go from page to page, and the skip link to the content", async ({ page, ownerCookies }) => {
  await signIn(page, ownerCookies);
  await page.goto("/connections");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await expect(page).toHaveURL(/\/members$/);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("g");
  await page.keyboard.press("w");
  await expect(page).toHaveURL(/\/webhooks$/);
});
