import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const rest = ["**/node_modules/**", ".next*/**", ".cache/**", "e2e/**", "wordpress/**"];

/** Settings are read, and a door is counted, once a process: tests that look at their own have a process of their own. */
const ofItsOwn = /process\.env\.\w+ = |vi\.(stubEnv|resetModules)|\bwatchDoor\(|\bdoorCounters\./;
const alone = globSync("{app,bench,chaos,components,db,lib,scripts}/**/*.test.ts").filter((file) =>
  ofItsOwn.test(readFileSync(file, "utf8")),
);

const common = {
  globalSetup: ["./db/test-server.ts"],
  testTimeout: 20_000,
  hookTimeout: 60_000,
  env: {
    LOG_LEVEL: "silent",
    OUTBOUND_ALLOW: "127.0.0.0/8",
    ENCRYPTION_KEY: "the key of the tests, 32 or more",
    NEXTAUTH_SECRET: "the session secret of the tests",
  },
};

export default defineConfig({
  test: {
    // Most of a test's time is waiting for a database or a socket; Vitest would leave one core of two idle.
    maxWorkers: "100%",
    // postgres.js looks up the array types of a new connection on nobody's behalf; when it is closed meanwhile, nobody
    // can catch that. server.ts logs it.
    onUnhandledError: (error) =>
      !(
        "code" in error &&
        error.code === "CONNECTION_CLOSED" &&
        "query" in error &&
        /typarray/.test(`${error.query}`)
      ),
    projects: [
      { test: { name: "structure", include: ["structure.test.ts"] } },
      { test: { ...common, name: "alone", include: alone } },
      {
        test: {
          ...common,
          name: "rollcall",
          include: ["**/*.test.ts"],
          exclude: [...rest, ...alone, "structure.test.ts"],
          // Loading the modules takes longer than most files' tests; files of one process share them.
          isolate: false,
          setupFiles: ["./lib/fixtures/own-database.ts"],
        },
      },
    ],
  },
});
