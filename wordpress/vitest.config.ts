import path from "node:path";
import { defineConfig } from "vitest/config";

/** `npm run test:wordpress`: tests against a real WordPress. A file starts its own, so they run one after the other. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, ".."),
  test: {
    include: ["wordpress/**/*.test.ts"],
    globalSetup: ["./wordpress/needs.ts", "./db/test-server.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    env: {
      LOG_LEVEL: "silent",
      OUTBOUND_ALLOW: "127.0.0.0/8",
      ENCRYPTION_KEY: "the key of the tests, 32 or more",
      NEXTAUTH_SECRET: "the session secret of the tests",
    },
  },
});
