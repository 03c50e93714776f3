import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { explainStart } from "./start-failure.ts";

/** What the real server says on standard error before it gives up, and its exit code. */
async function startInVain(env: Record<string, string>): Promise<{ said: string; code: number }> {
  const server = spawn(process.execPath, ["server.ts"], {
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: "0",
      DATA_DIR: mkdtempSync(path.join(tmpdir(), "rollcall-start-")),
      LOG_LEVEL: "silent",
      ...env,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => void server.kill("SIGKILL"));
  const [said, [code]] = await Promise.all([text(server.stderr), once(server, "exit")]);
  return { said, code };
}

test("a start with a wrong password ends with one sentence that says what to do", async () => {
  const { url, close } = await testDatabase();
  onTestFinished(close);
  const wrong = Object.assign(new URL(url), { password: "wrong" });
  expect(await startInVain({ DATABASE_URL: wrong.href })).toEqual({
    said: "PostgreSQL does not let Rollcall in. Check the user and the password in DATABASE_URL.\n",
    code: 1,
  });
});

test("a start on a port that is taken names the port", async () => {
  const taken = createServer().listen(0);
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  expect(await startInVain({ PORT: String(port) })).toEqual({
    said: `Port ${port} is in use. Stop what uses it, or set PORT.\n`,
    code: 1,
  });
});

test.each([
  [
    { code: "EACCES", syscall: "listen", port: 80 },
    "This user may not listen on port 80. Set PORT to one above 1023.",
  ],
  [
    { code: "EADDRNOTAVAIL", syscall: "listen", address: "10.9.9.9" },
    "This machine has no address 10.9.9.9. Set HOST to one of its own.",
  ],
  [
    { code: "ENOSPC", syscall: "write", path: "/data" },
    "The disk of /data is full. Free some space, or set DATA_DIR.",
  ],
  [{ code: "42501" }, "The user in DATABASE_URL may not create tables. Make it the owner of the database."],
  [
    { code: "3D000" },
    "PostgreSQL has no database of the name in DATABASE_URL. Create it, or correct the name.",
  ],
  [{ code: "XX000" }, "Rollcall could not start: it broke. Start it with LOG_LEVEL=debug to see where."],
])("%o is explained, also behind a failed query", (marks, sentence) => {
  class FailedQuery extends Error {}
  const cause = Object.assign(new Error("it broke\nsomewhere"), marks);
  expect(explainStart(cause)).toBe(sentence);
  expect(explainStart(new FailedQuery("Failed query: select 1", { cause }))).toBe(sentence);
});

test("what is ours speaks for itself", () => {
  const cause = Object.assign(new Error("not found"), { code: "MODULE_NOT_FOUND" });
  expect(explainStart(new Error("Set DATABASE_URL.", { cause }))).toBe("Set DATABASE_URL.");
});
