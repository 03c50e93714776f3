import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", ".next*/**", "e2e/**"],
    globalSetup: ["./db/test-server.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    env: { LOG_LEVEL: "silent", OUTBOUND_ALLOW: "127.0.0.0/8" },
  },
});
