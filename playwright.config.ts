import { defineConfig } from "@playwright/test";

const forgotten = "every-page/none-forgotten.spec.ts";
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Its own surface and a spare process per page are costly, and nobody looks at them. The last list of features counts:
  // Playwright's own that these pages need (paints are not held back, no lookups at the start) stand in it too.
  `--disable-features=${[
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "MediaRouter",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "PaintHolding",
    "PreconnectToSearch",
    "InitialWebUI",
    "PreloadTopChromeWebUI",
    "SpareRendererForSitePerProcess",
    "WebUIReloadButton",
  ].join(",")}`,
];

/**
 * Each worker has a Rollcall with a PostgreSQL of its own, and the tests make what they need in it; one waits for a
 * retry or a pace while another draws pages. The limits are for a machine that does much else at once; a quiet one needs
 * a tenth of them.
 */
export default defineConfig({
  testDir: "e2e",
  projects: [
    { name: "rollcall", testMatch: "**/*.spec.ts", testIgnore: forgotten },
    { name: "none forgotten", testMatch: forgotten, dependencies: ["rollcall"] },
  ],
  workers: 2,
  globalSetup: "./e2e/fixtures/seen-by-axe.ts",
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: "list",
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    launchOptions: { executablePath: process.env.CHROMIUM_PATH || undefined, args: flags },
  },
});
