import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { verify } from "@node-rs/argon2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { closeDoor, type Door, openDoor } from "./door/open-door.ts";
import { receive } from "./door/receive.ts";
import { type Sandbox, startSandbox } from "./sandbox/sandbox.ts";
import { seal, sha256 } from "./secrets.ts";

const key = "rck_0123456789abcdefghijklmnop";
const contacts = 60;
let copy: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let door: Door;
const workers: ChildProcess[] = [];

/** A worker as a process of its own, as `ROLES=worker` starts it. */
async function startWorkerProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["server.ts"], {
    cwd: path.resolve(import.meta.dirname, ".."),
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      ROLES: "worker",
      PORT: "0",
      DATABASE_URL: copy.url,
      DATA_DIR: mkdtempSync(path.join(tmpdir(), "rollcall-worker-")),
      LOG_LEVEL: "silent",
    },
  });
  workers.push(child);
  let said = "";
  for await (const chunk of child.stdout ?? []) {
    said += chunk;
    if (said.includes("Rollcall is ready on")) return child;
  }
  throw new Error(`The worker did not start: ${said}`);
}

beforeAll(async () => {
  copy = await testDatabase();
  sandbox = await startSandbox({ callsPerSecond: 0, contacts, latencyMs: 400 });
  const { id: connectionId } = await makeConnection(copy.db, {
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
    returnPasswordField: "member_password",
    sideload: "no",
  });
  await makeAccessKey(copy.db, { connectionId, hash: sha256(key) });
  door = openDoor(copy.db, mkdtempSync(path.join(tmpdir(), "rollcall-spool-")));
});
afterAll(async () => {
  for (const child of workers) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
  await closeDoor(door);
  await sandbox.close();
  await copy.close();
});

const counted = async (condition: string) => {
  const [row] = await copy.db.$client.unsafe(`select count(*)::int as count from ${condition}`);
  return Number(row?.count);
};

test("a worker killed in the middle of its runs loses nothing and doubles nothing", async () => {
  const [killed] = await Promise.all([startWorkerProcess(), startWorkerProcess()]);
  const send = (contactId: number) =>
    receive(door, {
      method: "POST",
      target: `/hooks/${key}/add`,
      headers: [],
      contentType: "application/x-www-form-urlencoded",
      remoteAddress: "203.0.113.24",
      body: async () => ({ bytes: Buffer.from(`contact[id]=${contactId}`), problem: null }),
    });
  const answers = await Promise.all(Array.from({ length: contacts }, (_, at) => send(at + 1)));
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  await expect.poll(() => counted("members"), { timeout: 15_000, interval: 10 }).toBeGreaterThan(5);
  killed?.kill("SIGKILL");
  expect(await counted("outcomes where finished_at is not null")).toBeLessThan(contacts);

  await expect
    .poll(() => counted("outcomes where status = 'synced'"), { timeout: 45_000, interval: 200 })
    .toBe(contacts);
  expect(await counted("members")).toBe(contacts);
  expect(await counted("syncs where finished_at is null")).toBe(0);
  expect(await counted("pending_passwords")).toBe(0);
  await everyPasswordFits();
}, 90_000);

/** What the CRM holds as a contact's password is the password of that member, however often it was written. */
async function everyPasswordFits(): Promise<void> {
  const people = await copy.db.$client`
    select l.contact_id as id, m.password_hash as hash from members m join member_contacts l on l.member_id = m.id`;
  const field = [...sandbox.state.fields.values()].find((one) => one.perstag === "MEMBER_PASSWORD");
  for (const { id, hash } of people.slice(0, 20)) {
    const written = sandbox.state.contacts.get(Number(id))?.fieldValues.get(field?.id ?? 0)?.value ?? "";
    expect(await verify(hash, written)).toBe(true);
  }
}
