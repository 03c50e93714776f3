import { existsSync } from "node:fs";
import path from "node:path";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { program, programEnv, root, run } from "./program.mjs";

/** `npm start` and `npm run demo`: install and build what is missing or stale, then run server.ts until it ends. */
try {
  await withLock(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
  const demo = process.argv.includes("--demo");
  const entry = demo ? "scripts/demo.ts" : "server.ts";
  if (!existsSync(path.join(root, entry))) throw new Error(`${entry} is missing.`);
  const { code } = await run(program("node", [entry]), {
    env: programEnv({ NODE_ENV: "production" }),
    ipc: true,
  });
  process.exitCode = code;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
