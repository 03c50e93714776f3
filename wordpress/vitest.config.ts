import path from "node:path";
import { defineConfig } from "vitest/config";

/** `npm run test:wordpress`: tests against a real WordPress. A file starts its own, so they run one after the other. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, ".."),
  test: {
    include: ["wordpress/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
