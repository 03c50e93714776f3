import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureBuilt } from "./build.mjs";
import { findChromium } from "./chromium.mjs";
import { ensureInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { program, programEnv, root, run } from "./program.mjs";

/**
 * `npm test`: unit and integration tests, then a few faults; beside them, the build and then the browser tests against it.
 * Each of them waits much of its time, so two at once take little longer than one.
 */
const results = path.join(root, ".cache", "test-results");

/** Some fifty Node processes start in a run, most of them with the same modules: the first ones compile for all. */
process.env.NODE_COMPILE_CACHE ??= path.join(root, ".cache", "compiled");

async function runVitest() {
  const file = path.join(results, "vitest.json");
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { code } = await run(program("vitest", args), { env: programEnv({ NODE_ENV: "test" }) });
  const report = readReport(file);
  return count(code, report?.numPassedTests, report?.numFailedTests);
}

async function runPlaywright(chromium) {
  const file = path.join(results, "playwright.json");
  const env = programEnv({ CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: file });
  const args = ["test", "--reporter=list,json"];
  const { code, printed } = await run(program("playwright", args), { env, quiet: true });
  const stats = readReport(file)?.stats;
  return { printed, ...count(code, stats && stats.expected + stats.flaky, stats?.unexpected) };
}

async function runFaults() {
  const file = path.join(results, "chaos.json");
  const env = programEnv({ NODE_ENV: "production", CHAOS_OUTPUT_FILE: file });
  const { code } = await run(program("node", ["chaos/main.ts", "--quick"]), { env });
  const report = readReport(file);
  return count(code, report?.held, report?.missed);
}

const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);

/** A run that fails without a failed test (it did not start, or an error came between tests) counts as one failure. */
const count = (code, passed = 0, failed = 0) => ({
  passed,
  failed: code === 0 ? failed : Math.max(1, failed),
});

try {
  await withLock(ensureInstalled);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const chromium = await findChromium();
  const built = withLock(ensureBuilt);
  const browsing = built.then(() => runPlaywright(chromium));
  // Looked at below; until then a failed build must not end this process.
  browsing.catch(() => undefined);
  const unit = await runVitest();
  await built;
  const faults = await runFaults();
  const browser = await browsing;
  console.log(browser.printed);
  const failed = unit.failed + faults.failed + browser.failed;
  console.log(`${unit.passed + faults.passed + browser.passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  console.error(error.message);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
