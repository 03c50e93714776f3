import { expectAccessible } from "../fixtures/accessible.ts";
import { expect, test } from "../fixtures/test.ts";

test("a new member chooses a password by the link in the mail, once", async ({
  page,
  connect,
  mailServer,
  server,
}) => {
  const { crm, call, urls, first } = await connect("Passwords");
  const email = "new.member@vane.example";
  crm.control.edit([first], { email });
  await call(`${urls.add}?send_notification=true`, first);
  const mail = () => mailServer.mails.find((one) => one.includes(email)) ?? "";
  await expect.poll(mail).toContain("/set-password/");
  const link = /http:\S+\/set-password\/\S+/.exec(mail())?.[0] ?? "";

  await page.goto(link);
  await expect(page.getByText(`For ${email}.`)).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("New password").fill("a plane, well sharpened");
  await page.getByLabel("The same again").fill("a plane, badly sharpened");
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByLabel("The same again")).toHaveAccessibleDescription("The two passwords differ.");
  await page.getByLabel("The same again").fill("a plane, well sharpened");
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByText("Your password is set.")).toBeVisible();
  const verified = await server.api<{ member: { email: string } }>("POST", "/members/verify-password", {
    login: email,
    password: "a plane, well sharpened",
  });
  expect(verified.member.email).toBe(email);

  await page.goto(link);
  await expect(page.getByText("This link works no more.")).toBeVisible();
  await expectAccessible(page);
  await page.goto("/set-password/unknown");
  await expect(page.getByText("It is not known here.")).toBeVisible();
});
