import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { program, programEnv, run } from "./program.mjs";

/** Installs and builds what is missing or stale, then runs an entry until it ends: server.ts, the demo, the bench, the faults. */
try {
  await withLock(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
  const [entry = "server.ts", ...args] = process.argv.slice(2);
  const { code } = await run(program("node", [entry, ...args]), {
    env: programEnv({ NODE_ENV: "production" }),
    ipc: true,
  });
  process.exitCode = code;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
