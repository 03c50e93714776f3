import { findChromium } from "./chromium.mjs";
import { ensureInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { program, programEnv, run } from "./program.mjs";

/** `npm run test:wordpress`: a real WordPress, pushed to by the real engine and looked at in a real browser. */
try {
  await withLock(ensureInstalled);
  const env = programEnv({ NODE_ENV: "test", CHROMIUM_PATH: await findChromium() });
  const args = ["run", "--config", "wordpress/vitest.config.ts", ...process.argv.slice(2)];
  const { code } = await run(program("vitest", args), { env });
  process.exitCode = code;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
