import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { closeDoor, type Door, openDoor } from "../door/open-door.ts";
import { receive } from "../door/receive.ts";
import { explain } from "../reasons.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { seal, sha256 } from "../secrets.ts";
import { collect } from "./collect.ts";
import { closeQuietGuards, roundsToTrip } from "./loop-guard.ts";
import { connectionById } from "./open-connection.ts";
import { requeue } from "./requeue.ts";
import { runSync } from "./run.ts";

const key = "rck_0123456789abcdefghijklmnop";
let database: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let door: Door;
let connectionId: string;
const servers: Server[] = [];
const db = () => database.db;

/** A URL that hands each body it is sent to `take`. */
async function listen(take: (body: string) => Promise<unknown>): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    await take(Buffer.concat(chunks).toString("utf8"));
    response.end("{}");
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const toDoor = (body: string, action = "update") =>
  receive(door, {
    method: "POST",
    target: `/hooks/${key}/${action}`,
    headers: [["content-type", "application/x-www-form-urlencoded"]],
    contentType: "application/x-www-form-urlencoded",
    remoteAddress: "203.0.113.24",
    body: async () => ({ bytes: Buffer.from(body), problem: null }),
  });

/** A webhook in the sandbox's own settings. */
function subscribe(url: string, sources: string[]): void {
  const id = sandbox.state.webhooks.size + 1;
  const events = ["update"];
  sandbox.state.webhooks.set(id, {
    id,
    name: `hook ${id}`,
    url,
    events,
    sources,
    listid: "0",
    active: true,
    createdAt: new Date(),
  });
}

beforeAll(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0 });
  database = await testDatabase();
  door = openDoor(db());
  const connection = await makeConnection(db(), {
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
    mode: "event",
  });
  connectionId = connection.id;
  await makeAccessKey(db(), { connectionId, hash: sha256(key) });
  for (const id of [1, 2, 3]) await work(id, `contact[id]=${id}`, "add");
});
afterAll(async () => {
  await closeDoor(door);
  await database.close();
  await sandbox.close();
  for (const server of servers) server.close();
});

async function collectAll(): Promise<void> {
  while ((await collect(db())) > 0);
}
async function run(id: number): Promise<void> {
  await collectAll();
  await runSync(db(), { connectionId, contactRef: String(id) }, "worker-a");
}
async function work(id: number, body: string, action = "update") {
  const { delivery } = (await toDoor(body, action)).body;
  await run(id);
  const [row] = await db()
    .$client`select status, reason, detail from outcomes where delivery_id = ${String(delivery)}`;
  return row;
}
const guards = () =>
  db().$client`select contact_id, rounds, held, closed_by from loop_guards order by opened_at`;
const count = async (where: string) => {
  const [row] = await db().$client.unsafe(`select count(*)::int as count from outcomes where ${where}`);
  return Number(row?.count);
};
const sent = () => sandbox.control.sent().total;

/** What a site does with a member that changed: it writes something about it to the CRM. */
async function siteWrites(id: number): Promise<void> {
  const { client } = await connectionById(db(), connectionId);
  await client.writeField(String(id), "site_role", `visit ${sent()}`);
}

/** Works on what comes, and lets the site write after every change, until the contact's guard opens. */
async function playUntilHeld(id: number): Promise<void> {
  let changes = await count("status = 'synced'");
  await siteWrites(id);
  await expect
    .poll(
      async () => {
        await run(id);
        const now = await count("status = 'synced'");
        if (now > changes) await siteWrites(id);
        changes = now;
        return count("status = 'held'");
      },
      { interval: 10 },
    )
    .toBeGreaterThan(0);
}

/** An automation that changes the contact whenever the API does, and a webhook that tells Rollcall of every change. */
async function pingPong(): Promise<void> {
  subscribe(await listen(toDoor), ["public", "admin", "api", "system"]);
  const automation = await listen(async (body) => {
    const id = Number(new URLSearchParams(body).get("contact[id]"));
    sandbox.control.edit([id], { source: "system", fields: { CITY: `Answer ${sent()}` } });
  });
  subscribe(automation, ["api"]);
}

const manual = (id: number) =>
  new URLSearchParams([
    ["type", "update"],
    ["date_time", "2026-07-17T22:01:25-05:00"],
    ["initiated_from", "system"],
    ["contact[id]", String(id)],
  ]).toString();

test("an automation that answers each of our writes is stopped, and only its contact waits", async () => {
  await pingPong();
  await playUntilHeld(1);
  sandbox.state.webhooks.clear();
  const [guard] = await guards();
  expect(guard).toMatchObject({ contact_id: "1", rounds: roundsToTrip, closed_by: null });
  expect(await count("contact_id = '1' and trigger = 'event' and status = 'synced'")).toBeLessThan(
    2 * roundsToTrip,
  );

  const calls = sandbox.control.calls().total;
  const held = await work(1, manual(1));
  expect(held).toMatchObject({
    status: "held",
    reason: "loop_guard",
    detail: `${roundsToTrip} rounds within 10 minutes`,
  });
  expect(sandbox.control.calls().total).toBe(calls);
  expect((await guards())[0]?.held).toBeGreaterThan(guard?.held);
  expect(explain("loop_guard", { crm: "ActiveCampaign", detail: held?.detail })?.sentence).toContain(
    "6 rounds",
  );
  expect(await work(1, "contact[id]=1&seriesid=9")).toMatchObject({ status: "synced" });
  expect((await work(2, manual(2)))?.status).toBe("skipped");
});

test("a person's retry lets the contact through, with everything that was held", async () => {
  const waiting = await count("status = 'held'");
  const [one] = await db().$client`select delivery_id as id from outcomes where status = 'held' limit 1`;
  expect(waiting).toBeGreaterThan(1);
  await db().transaction((tx) => requeue(tx, sql`delivery_id = ${one?.id}`, { priority: "person" }));
  await run(1);
  expect(await count("status = 'held'")).toBe(0);
  expect(await guards()).toMatchObject([{ closed_by: "person" }]);
  expect((await work(1, manual(1)))?.status).toBe("skipped");
});

test("after a quiet time what was held goes on by itself", async () => {
  await pingPong();
  await playUntilHeld(2);
  sandbox.state.webhooks.clear();
  expect(await closeQuietGuards(db())).toBe(0);
  await db()
    .$client`update loop_guards set last_seen_at = now() - interval '31 minutes' where closed_at is null`;
  expect(await closeQuietGuards(db())).toBe(1);
  const jobs = await db().$client`select 1 from graphile_worker.jobs where key = ${`sync:${connectionId}:2`}`;
  expect(jobs).toHaveLength(1);
  await run(2);
  expect(await count("status in ('held', 'queued')")).toBe(0);
  expect((await guards()).at(-1)).toMatchObject({ contact_id: "2", closed_by: "quiet" });
});

test("writes that are answered by nothing but their echo are no loop", async () => {
  const { client } = await connectionById(db(), connectionId);
  subscribe(await listen(toDoor), ["api"]);
  for (let turn = 0; turn < 2 * roundsToTrip; turn++) {
    await client.addTag("3", `Lesson ${turn}`);
    await expect.poll(() => sandbox.state.sent.every((one) => one.status !== "waiting")).toBe(true);
    await run(3);
  }
  expect(await count("contact_id = '3' and status = 'held'")).toBe(0);
});
