import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { program, run } from "./program.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const inBundle = ["chrome-linux/chrome", "chrome-linux64/chrome", "chrome-win/chrome.exe"];
const onMac = [
  "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
  "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
  "chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
];

/** The path of a Chromium that starts: a named one, an installed one, or one that is installed now. */
export async function findChromium() {
  const found = present();
  if (found) return found;
  console.log("Installing a Chromium for the browser tests.");
  const failures = [];
  for (const [name, command] of installers()) {
    const { code, printed } = await run(command, { quiet: true });
    const installed = present();
    if (installed) return installed;
    const cause =
      printed.split("\n").findLast((line) => /error|fail|unable|denied/i.test(line)) ?? printed.trim();
    if (code !== 0) failures.push(`${name}: ${cause.trim()}`);
  }
  const said = "No Chromium was found and none could be installed. Install one, or set CHROMIUM_PATH to one.";
  throw new Error([said, ...failures].join("\n"));
}

/** Playwright's download first; where it cannot be reached, what the system brings, if we may install it. */
function installers() {
  const download = ["playwright install", program("playwright", ["install", "chromium"])];
  const aptGet = "/usr/bin/apt-get";
  if (process.getuid?.() !== 0 || !existsSync(aptGet)) return [download];
  const install = [aptGet, "install", "-y", "--no-install-recommends", "chromium"];
  return [download, ["apt-get update", [aptGet, "update"]], ["apt-get install", install]];
}

function present() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const candidates = [
    ...names.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...cached(),
  ];
  return candidates.find((file) => existsSync(file) && spawnSync(file, ["--version"]).status === 0);
}

/** What Playwright has downloaded before, the newest first. */
function cached() {
  const usual = { darwin: "Library/Caches", win32: "AppData/Local" }[process.platform] ?? ".cache";
  const folder = process.env.PLAYWRIGHT_BROWSERS_PATH || path.join(os.homedir(), usual, "ms-playwright");
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).filter((name) => /^chromium-\d+$/.test(name));
  versions.sort((a, b) => Number(b.split("-")[1]) - Number(a.split("-")[1]));
  return versions.flatMap((name) => [...inBundle, ...onMac].map((inside) => path.join(folder, name, inside)));
}
