import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb } from "#db/client.ts";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { database } from "./database.ts";
import { closeTheDoor, theDoor } from "./door/open-door.ts";
import { receive } from "./door/receive.ts";
import { type Sandbox, startSandbox } from "./sandbox/sandbox.ts";
import { seal, sha256 } from "./secrets.ts";
import { startWorker } from "./worker.ts";

let copy: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let worker: Awaited<ReturnType<typeof startWorker>>;
const key = "rck_0123456789abcdefghijklmnop";

beforeAll(async () => {
  copy = await testDatabase();
  process.env.DATABASE_URL = copy.url;
  process.env.WORKER_CONCURRENCY = "20";
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 60 });
  const { id: connectionId } = await makeConnection(copy.db, {
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
  });
  await makeAccessKey(copy.db, { connectionId, hash: sha256(key) });
  worker = await startWorker();
});
afterAll(async () => {
  await worker.stop();
  await closeTheDoor();
  await closeDb(database());
  await sandbox.close();
  await copy.close();
});

const send = (action: string, contactId: number, query = "") =>
  receive(theDoor(), {
    method: "POST",
    target: `/hooks/${key}/${action}${query}`,
    headers: [],
    contentType: "application/x-www-form-urlencoded",
    remoteAddress: "203.0.113.24",
    body: async () => ({ bytes: Buffer.from(`contact[id]=${contactId}`), problem: null }),
  });
const open = async () => {
  const [row] = await copy.db.$client`
    select (select count(*) from deliveries) - (select count(*) from outcomes where finished_at is not null) as open`;
  return Number(row?.open);
};

test("every accepted webhook ends, and every contact becomes one member", async () => {
  const answers = await Promise.all(Array.from({ length: 300 }, (_, at) => send("add", (at % 60) + 1)));
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  await expect.poll(open).toBe(0);
  const rows = await copy.db.$client`select status, count(*)::int as count from outcomes group by 1`;
  expect(
    rows.map((row) => row.status).every((status) => ["synced", "duplicate", "skipped"].includes(status)),
  ).toBe(true);
  const [people] = await copy.db.$client`select count(*)::int as count from members`;
  expect(people?.count).toBe(60);
});

test("a key that waits tells the true result: synced, failed with its reason, or accepted when time is up", async () => {
  sandbox.control.edit([1], { addTags: ["Waited for"] });
  expect(await send("update", 1, "?wait=4")).toMatchObject({ status: 200, body: { status: "synced" } });
  sandbox.control.fault("500", 1);
  expect(await send("update", 2, "?wait=4")).toMatchObject({
    status: 422,
    body: { status: "failed", reason: "crm_server_error" },
  });
  sandbox.control.settings({ latencyMs: 1_500 });
  expect(await send("update", 3, "?wait=0.2")).toMatchObject({ status: 200, body: { status: "accepted" } });
  sandbox.control.settings({ latencyMs: 0 });
});
