import { expect, signIn, test } from "../fixtures/test.ts";

test("the owner signs in with e-mail and password and sees the console", async ({ page, server }) => {
  await page.goto("/");
  await page.getByLabel("E-mail").fill(server.owner.email);
  await page.getByLabel("Password", { exact: true }).fill(server.owner.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("navigation").first()).toBeVisible();
});

test("a wrong password is refused with a sentence", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill("nobody@rollcall.test");
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("That e-mail and password do not belong together.")).toBeVisible();
});
test.use({ expectedErrors: [/status of 401/] });

test("a signed-in owner stays signed in from page to page", async ({ page, ownerCookies }) => {
  await signIn(page, ownerCookies);
  await page.goto("/connections");
  await expect(page).toHaveURL(/\/connections$/);
});
