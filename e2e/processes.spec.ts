import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { closeDb, type Db, openDb } from "#db/client.ts";
import { startEmbedded } from "#db/embedded.ts";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { migrate } from "#db/migrate.ts";
import { endServerProcesses, startServerProcess } from "#lib/fixtures/server-process.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/sandbox.ts";
import { seal, sha256 } from "#lib/secrets.ts";

const key = "rck_0123456789abcdefghijklmnop";
const contacts = 60;
const webhooks = 300;
const secrets = {
  NODE_ENV: "production",
  ENCRYPTION_KEY: "the key of these processes, 32 or more",
  NEXTAUTH_SECRET: "the session secret of these processes",
  OUTBOUND_ALLOW: "127.0.0.0/8",
  ROLLCALL_API_TOKEN: "the-token-of-these-processes-32-or-more",
};

let folder: string;
let postgres: Awaited<ReturnType<typeof startEmbedded>>;
let db: Db;
let sandbox: Sandbox;

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "rollcall-processes-"));
  chmodSync(folder, 0o755);
  postgres = await startEmbedded({ dataDir: folder, throwaway: true });
  await migrate(postgres.url);
  db = openDb(postgres.url);
  sandbox = await startSandbox({ callsPerSecond: 0, contacts, latencyMs: 100 });
  const { id: connectionId } = await makeConnection(db, {
    baseUrl: sandbox.url,
    credentials: seal(secrets.ENCRYPTION_KEY, JSON.stringify({ apiToken: sandbox.apiToken })),
    returnPasswordField: "member_password",
    sideload: "no",
  });
  await makeAccessKey(db, { connectionId, hash: sha256(key) });
});
test.afterAll(async () => {
  await endServerProcesses();
  await sandbox.close();
  await closeDb(db);
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

const start = (roles: "web" | "worker") => startServerProcess(roles, postgres.url, secrets);

const counted = async (condition: string) => {
  const [row] = await db.$client.unsafe(`select count(*)::int as count from ${condition}`);
  return Number(row?.count);
};

test("two web and two worker processes work as one, also when one of them is killed", async () => {
  test.setTimeout(480_000);
  const [oneDoor, otherDoor, killed] = await Promise.all([
    start("web"),
    start("web"),
    start("worker"),
    start("worker"),
  ]);
  const doors = [oneDoor.url, otherDoor.url];
  const send = async (number: number) => {
    const contact = (number % contacts) + 1;
    const answer = await fetch(`${doors[number % 2]}/hooks/${key}/${number < contacts ? "add" : "update"}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `contact[id]=${contact}`,
    });
    expect(answer.status).toBe(200);
  };
  const numbers = Array.from({ length: webhooks }, (_, number) => number);
  for (let from = 0; from < webhooks; from += 50) await Promise.all(numbers.slice(from, from + 50).map(send));
  await expect.poll(() => counted("members"), { timeout: 120_000, intervals: [10] }).toBeGreaterThan(10);
  expect(await counted("outcomes where status in ('queued', 'running')")).toBeGreaterThan(0);
  killed.child.kill("SIGKILL");

  const settled = "outcomes where status in ('synced', 'skipped', 'duplicate')";
  await expect.poll(() => counted(settled), { timeout: 240_000 }).toBe(webhooks);
  expect(await counted("deliveries")).toBe(webhooks);
  expect(await counted("members")).toBe(contacts);
  expect(await counted("member_contacts")).toBe(contacts);
  expect(await counted("member_changes where changes ->> 'created' = 'true'")).toBe(contacts);
  expect(await counted("outcomes where status = 'skipped' and reason <> 'no_change'")).toBe(0);
  expect(await counted("syncs where finished_at is null")).toBe(0);
  expect(await counted("pending_passwords")).toBe(0);
  const written = sandbox.state.writes.map(({ body }) => Object(body.fieldValue));
  for (let contact = 1; contact <= contacts; contact++) {
    const own = written.filter((value) => Number(value.contact) === contact).map((value) => value.value);
    expect([1, 2]).toContain(own.length);
    expect(new Set(own).size).toBe(1);
  }
});

test("with no worker left, a web process tells that webhooks wait", async () => {
  test.setTimeout(300_000);
  await endServerProcesses();
  const told: string[] = [];
  const receiver = createServer(async (request, response) => {
    told.push(String(Buffer.concat(await request.toArray())));
    response.end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const web = await start("web");
  const channel = await fetch(`${web.url}/api/v1/alerts/channels`, {
    method: "POST",
    headers: { authorization: `Bearer ${secrets.ROLLCALL_API_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({
      kind: "http",
      name: "Team",
      url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      alertKinds: ["work_late"],
    }),
  });
  expect(channel.status).toBe(201);
  const answer = await fetch(`${web.url}/hooks/${key}/update`, { method: "POST", body: "contact[id]=1" });
  expect(answer.status).toBe(200);
  await db.$client`update deliveries set received_at = now() - interval '6 minutes'
    where id in (select unnest(delivery_ids) from inbox)`;
  await expect.poll(() => told.length, { timeout: 180_000 }).toBe(1);
  expect(told[0]).toContain("If no worker runs, start one.");
  receiver.close();
});
