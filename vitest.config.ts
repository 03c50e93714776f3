import { defineConfig } from "vitest/config";

const rest = ["**/node_modules/**", ".next*/**", "e2e/**", "wordpress/**"];

export default defineConfig({
  test: {
    // Most of a test's time is waiting for a database or a socket; Vitest would leave one core of two idle.
    maxWorkers: "100%",
    projects: [
      { test: { name: "structure", include: ["structure.test.ts"] } },
      {
        test: {
          name: "rollcall",
          include: ["**/*.test.ts"],
          exclude: [...rest, "structure.test.ts"],
          globalSetup: ["./db/test-server.ts"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          env: {
            LOG_LEVEL: "silent",
            OUTBOUND_ALLOW: "127.0.0.0/8",
            ENCRYPTION_KEY: "the key of the tests, 32 or more",
            NEXTAUTH_SECRET: "the session secret of the tests",
          },
        },
      },
    ],
  },
});
