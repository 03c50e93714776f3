import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEnv } from "./env.ts";

let folder: string;
const read = (given: Record<string, string>) =>
  readEnv({ NODE_ENV: "test", DATA_DIR: path.join(folder, "data"), ...given });

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "rollcall-env-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("without any setting, one process does all on port 3000", () => {
  const env = read({});
  expect(env).toMatchObject({ PORT: 3000, ROLES: ["web", "worker"], publicUrl: "http://localhost:3000" });
});

test("secrets that nobody set are made once and kept where only this user reads them", () => {
  const [first, second] = [read({}), read({})];
  expect(second.ENCRYPTION_KEY).toBe(first.ENCRYPTION_KEY);
  expect(second.NEXTAUTH_SECRET).toBe(first.NEXTAUTH_SECRET);
  expect(first.ENCRYPTION_KEY).not.toBe(first.NEXTAUTH_SECRET);
  expect(statSync(path.join(folder, "data/secrets")).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(folder, "data/secrets/encryption")).mode & 0o777).toBe(0o600);
});

test("a setting that is empty counts as not set, and a slash at the end of PUBLIC_URL goes", () => {
  expect(read({ PORT: "", PUBLIC_URL: "https://hooks.example.com/" })).toMatchObject({
    publicUrl: "https://hooks.example.com",
    publicUrlGiven: true,
  });
  expect(read({ PUBLIC_URL: "" }).publicUrlGiven).toBe(false);
});

test("every wrong setting is named in one message", () => {
  const message = (() => {
    try {
      return String(read({ PORT: "eighty", ROLES: "web,cook", ROLLCALL_API_TOKEN: "short" }));
    } catch (error) {
      return String(error);
    }
  })();
  for (const name of ["PORT", "ROLES", "ROLLCALL_API_TOKEN"]) expect(message).toContain(`at ${name}`);
});
