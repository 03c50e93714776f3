import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Download, Page } from "@playwright/test";
import { expect, signIn, test } from "../fixtures/test.ts";

test.beforeEach(({ page, ownerCookies }) => signIn(page, ownerCookies));

test("a failure says where and why, and one click on its row mends it", async ({ page, connect }) => {
  const { crm, call, delivery, urls, first } = await connect("Retry one");
  crm.control.fault("500", 1_000);
  const id = await call(urls.add, first);
  await page.goto(`/webhooks?contact=${first}`);
  const row = page.locator(`[data-id="${id}"]`);
  await expect(row).toContainText("Failed");
  await expect(row).toContainText(/next try \d/);
  await expect(row.getByRole("img", { name: "stopped at CRM, hop 3 of 5" })).toBeVisible();
  // Long enough before the next try by itself that the click comes first.
  await expect
    .poll(async () => Date.parse((await delivery(id)).nextRetryAt ?? "") - Date.now())
    .toBeGreaterThan(4_000);
  crm.control.clearFaults();
  await row.hover();
  await row.getByRole("button", { name: /^Retry/ }).click();
  await expect(row).toContainText("Synced");
  await row.getByRole("link").click();
  const panel = page.getByRole("complementary", { name: "Webhook" });
  await panel.getByRole("tab", { name: /^Attempts/ }).click();
  const tries = panel.getByRole("listitem");
  await expect(tries.first()).toContainText("It went through.");
  await expect(tries.last()).toContainText("Try 1");
  await expect(tries.last()).toContainText("Stopped at the CRM: ActiveCampaign failed to answer (HTTP 500).");
});

test("everything that failed runs again together, and leaves as a file", async ({ page, connect }) => {
  const { crm, connectionId, name, call, urls, first } = await connect("Retry many");
  const many = 55;
  crm.control.fault("402", 1_000);
  await Promise.all(Array.from({ length: many }, (_, index) => call(urls.add, first + index)));
  const { api } = await apiOf(page);
  await expect
    .poll(() => api(`counts?connection=${connectionId}&status=dead`))
    .toMatchObject({ total: many });

  // Names that come late are waited for.
  await page.route(
    "**/api/v1/connections",
    async (route) => {
      await setTimeout(2_000);
      await route.continue();
    },
    { times: 1 },
  );
  await page.goto("/webhooks");
  const search = page.getByRole("combobox", { name: "Search webhooks" });
  await search.fill("statsu:failed");
  await search.press("Enter");
  await expect(page.getByRole("main").getByRole("alert")).toHaveText(
    "No field called ‘statsu’. Did you mean status?",
  );
  await search.fill(`status:failed,dead connection:"${name}"`);
  await search.press("Enter");
  await expect(page.getByRole("button", { name: /^Remove filter status/ })).toBeVisible();
  const rows = page.locator("[data-id]");
  await expect(rows).toHaveCount(50);
  await expect(rows.first()).toContainText("Gave up");

  const csv = await exported(page, "CSV");
  expect(csv.name).toMatch(/\.csv$/);
  expect(csv.lines).toHaveLength(many + 1);
  expect(csv.lines[0]).toMatch(/^id,receivedAt,status,/);
  const ndjson = await exported(page, "NDJSON");
  expect(ndjson.lines.map((line) => JSON.parse(line).status)).toEqual(Array(many).fill("dead"));

  crm.control.clearFaults();
  await page.getByRole("checkbox", { name: "Select all rows shown" }).check();
  await page.getByRole("button", { name: `Select all ${many} matching` }).click();
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(bar).toContainText(`${many} selected`);
  await bar.getByRole("button", { name: "Retry" }).click();
  const plan = page.getByRole("dialog", { name: `Retry ${many} webhooks` });
  await plan.getByRole("button", { name: `Retry ${many}`, exact: true }).click();
  const ended = page.getByRole("dialog", { name: "Retry finished" });
  await expect(ended).toContainText("All of them went through.", { timeout: 90_000 });
  await expect(ended.getByRole("definition").first()).toHaveText(String(many));
  await ended.getByRole("button", { name: "Close" }).click();
  await expect
    .poll(() => api(`counts?connection=${connectionId}&status=synced`))
    .toMatchObject({ total: many });
  await expect(page.getByRole("heading", { name: "No webhook matches" })).toBeVisible();
});

/** The deliveries part of the API, as the signed-in person. */
async function apiOf(page: Page) {
  return { api: async (target: string) => (await page.request.get(`/api/v1/deliveries/${target}`)).json() };
}

async function exported(page: Page, kind: "CSV" | "NDJSON"): Promise<{ name: string; lines: string[] }> {
  const arriving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export what the filter holds" }).click();
  await page.getByRole("menuitem", { name: new RegExp(`^${kind}`) }).click();
  const file: Download = await arriving;
  const lines = readFileSync(await file.path(), "utf8")
    .trimEnd()
    .split(/\r?\n/);
  return { name: file.suggestedFilename(), lines };
}
