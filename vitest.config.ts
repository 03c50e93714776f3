import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const rest = ["**/node_modules/**", ".next*/**", ".cache/**", "e2e/**", "wordpress/**"];

/** Only Vite's module runner loads a module twice in a process; all other tests run as Node runs the product. */
const anewFiles = /vi\.resetModules/;
/** Settings are read, and a door is counted, once a process: tests that look at their own have a process of their own. */
const ofItsOwn = /process\.env\.\w+ = |vi\.stubEnv|\bwatchDoor\(|\bdoorCounters\./;
const files = globSync("{app,bench,chaos,components,db,lib,scripts}/**/*.test.ts").map((file) => ({
  file,
  text: readFileSync(file, "utf8"),
}));
const anew = files.filter(({ text }) => anewFiles.test(text)).map(({ file }) => file);
const alone = files
  .filter(({ file, text }) => ofItsOwn.test(text) && !anew.includes(file))
  .map(({ file }) => file);

/** No mocks and no transforms: without Vite's runner the modules load in a fraction of the time. */
const asNode = { experimental: { viteModuleRunner: false, nodeLoader: false } };
const common = {
  globalSetup: ["./db/test-server.ts"],
  // What is waited for comes late on a busy machine; only what never comes should end by these.
  testTimeout: 300_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 120_000 } },
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
      { test: { ...asNode, name: "structure", include: ["structure.test.ts"] } },
      { test: { ...common, name: "anew", include: anew } },
      { test: { ...common, ...asNode, name: "alone", include: alone } },
      {
        test: {
          ...common,
          ...asNode,
          name: "rollcall",
          include: ["**/*.test.ts"],
          exclude: [...rest, ...anew, ...alone, "structure.test.ts"],
          // Loading the modules takes longer than most files' tests; files of one process share them.
          isolate: false,
          setupFiles: ["./lib/fixtures/own-database.ts"],
        },
      },
    ],
  },
});
