import { expect, signIn, test } from "../fixtures/test.ts";

test("a member is found, read with all that happened, and refreshed from the CRM", async ({
  page,
  connect,
  ownerCookies,
}) => {
  const { crm, call, delivery, urls, first } = await connect("Members");
  await signIn(page, ownerCookies);
  crm.control.edit([first], { firstName: "Wilhelmina", lastName: "Vane", email: "wilhelmina@vane.example" });
  for (const contact of [first, first + 1]) {
    const id = await call(urls.add, contact);
    await expect.poll(async () => (await delivery(id)).status).toBe("synced");
  }

  await page.goto("/members");
  await page.getByRole("textbox", { name: "Search members" }).fill("wilhel");
  await expect(page).toHaveURL(/q=wilhel/);
  const lines = page.getByRole("table").getByRole("row");
  await expect(lines).toHaveCount(2);
  await page.getByRole("link", { name: "Wilhelmina Vane" }).click();
  await expect(page.getByRole("heading", { name: "Wilhelmina Vane", level: 1 })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Member made" })).toBeVisible();
  await expect(page.getByText(`ActiveCampaign contact ${first}`).first()).toBeVisible();
  const deliveries = page
    .getByRole("listitem")
    .filter({ has: page.getByRole("link", { name: "Add", exact: true }) });
  await expect(deliveries).toHaveCount(1);

  crm.control.edit([first], { addTags: ["Front row"], fields: { CITY: "Visby" } });
  await page.getByRole("button", { name: "Refresh from CRM" }).click();
  await expect(page.getByText("Read from the CRM just now.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Tags and fields updated" })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "Visby" }).first()).toBeVisible();
  await page.getByRole("link", { name: "open delivery" }).first().click();
  await expect(page).toHaveURL(/\/webhooks\?open=/);
  await expect(page.getByRole("complementary", { name: "Webhook" })).toContainText("wilhelmina@vane.example");
});
