import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "#db/embedded.ts";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { sha256 } from "../secrets.ts";
import { closeDoor, openDoor } from "./open-door.ts";

const key = "rck_startwithoutdatabase0000000";

async function until<T>(what: () => Promise<T | null | false>): Promise<T> {
  for (;;) {
    const found = await what().catch(() => null);
    if (found) return found;
    await sleep(50);
  }
}

/** The real server, told of a database that is not there. */
async function startServer(dataDir: string): Promise<{ url: string; server: ChildProcess }> {
  const port = await freePort();
  const nobody = await freePort();
  const server = spawn(process.execPath, ["server.ts"], {
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: String(port),
      ROLES: "web",
      DATA_DIR: dataDir,
      DATABASE_URL: `postgres://rollcall@127.0.0.1:${nobody}/rollcall`,
      LOG_LEVEL: "silent",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void server.kill("SIGKILL"));
  return { url: `http://127.0.0.1:${port}`, server };
}

test("a server that starts while the database is away takes webhooks, and the next one stores them", async () => {
  const { db, close } = await testDatabase();
  onTestFinished(close);
  const connection = await makeConnection(db);
  await makeAccessKey(db, { connectionId: connection.id, hash: sha256(key) });
  const dataDir = mkdtempSync(path.join(tmpdir(), "rollcall-start-"));
  const folder = path.join(dataDir, "spool");
  const before = openDoor(db, folder);
  await until(async () => existsSync(path.join(folder, "known-keys.json")));
  await closeDoor(before);

  const { url, server } = await startServer(dataDir);
  const send = (name: string, contact: number) =>
    fetch(`${url}/hooks/${name}/update`, { method: "POST", body: `contact[id]=${contact}` });
  const health = await until(() => fetch(`${url}/api/health`));
  expect(health.status).toBe(503);
  const door = await until(async () => {
    const answer = await fetch(`${url}/api/health?for=door`);
    return answer.status === 200 && answer.json();
  });
  expect(door).toMatchObject({ status: "ready", database: false, spool: "empty" });
  const answers = await until(async () => {
    const answer = await send(key, 1);
    return answer.status === 200 && [answer, ...(await Promise.all([send(key, 2), send(key, 3)]))];
  });
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  expect((await send("rck_nobodyknowsthiskey00000000", 4)).status).toBe(503);
  const used = await (await fetch(`${url}/api/health?for=door`)).json();
  expect(used).toMatchObject({ status: "ready", spool: "in_use" });
  server.kill("SIGTERM");
  expect(await once(server, "exit")).toEqual([0, null]);

  const after = openDoor(db, folder);
  const stored = await until(async () => {
    const rows = await db.$client<{ contact: string }[]>`
      select contact_id as contact from deliveries order by contact_id`;
    return rows.length >= 3 && rows.map((row) => row.contact);
  });
  expect(stored).toEqual(["1", "2", "3"]);
  await closeDoor(after);
});
