import { expect, signIn, test } from "../fixtures/test.ts";

test.beforeEach(({ page, ownerCookies }) => signIn(page, ownerCookies));

test("events are switched on and off, in Rollcall and in the CRM", async ({ page, connect, server }) => {
  const { crm, connectionId, call, delivery, urls, first } = await connect("Modes");
  const added = await call(urls.add, first);
  await expect.poll(async () => (await delivery(added)).status).toBe("synced");
  const { memberId } = await delivery(added);
  const registered = async (): Promise<{ url: string; events: string[]; sources: string[] }[]> =>
    (await (await fetch(`${crm.url}/__sandbox/state`)).json()).webhooks;
  const edit = (tag: string) =>
    fetch(`${crm.url}/__sandbox/edits`, {
      method: "POST",
      body: JSON.stringify({ contactIds: [first], addTags: [tag] }),
    });
  const tags = async () => (await server.api<{ tags: string[] }>("GET", `/members/${memberId}`)).tags;
  const save = (word: string) => page.getByRole("button", { name: word, exact: true }).click();

  await page.goto(`/connections/${connectionId}`);
  await page.getByRole("radio", { name: "Automations and events" }).check();
  await expect(page.getByRole("heading", { name: "Which events?" })).toBeVisible();
  await expect(
    page.getByText("Saving registers 1 webhook in ActiveCampaign: 3 events, 3 sources."),
  ).toBeVisible();
  expect(await registered()).toEqual([]);
  await save("Save and register");
  await expect(page.getByText("Not saved yet.")).toHaveCount(0);
  const [webhook] = await registered();
  expect(webhook).toMatchObject({
    events: ["update", "subscribe", "unsubscribe"],
    sources: ["public", "admin", "system"],
  });

  await edit("Joined by event");
  await expect.poll(tags).toContain("Joined by event");
  await page.goto(`/webhooks?connection=${connectionId}&trigger=event`);
  const arrived = page
    .locator("[data-id]")
    .filter({ hasText: "Contact updated" })
    .or(page.locator("[data-id]").filter({ hasText: "Update" }));
  await expect(arrived.first()).toContainText("By a user");
  await expect(arrived.first()).toContainText("Synced");

  await page.goto(`/connections/${connectionId}`);
  await page.getByRole("radio", { name: "Automations only" }).check();
  await save("Save and take out");
  await expect(page.getByText("Not saved yet.")).toHaveCount(0);
  expect(await registered()).toEqual([]);

  const late = new URLSearchParams({
    type: "update",
    date_time: new Date().toISOString(),
    initiated_from: "admin",
    initiated_by: "admin",
    list: "0",
    "contact[id]": String(first),
  });
  expect((await fetch(webhook?.url ?? "", { method: "POST", body: late })).status).toBe(200);
  await page.goto(`/webhooks?connection=${connectionId}&status=filtered`);
  const filtered = page.locator("[data-id]").first();
  await expect(filtered).toContainText("Filtered");
  await expect(filtered).toContainText("not an automation");
  await filtered.getByRole("link").click();
  await expect(page.getByRole("complementary", { name: "Webhook" })).toContainText(
    "this connection listens to automations only, and this was an event webhook",
  );
});
