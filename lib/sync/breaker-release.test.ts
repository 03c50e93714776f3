import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { patchConnection } from "../console/connection-changes.ts";
import { testConnection } from "../console/connection-test.ts";
import { uuidv7 } from "../ids.ts";
import { readBreakers } from "../queue/breaker.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { seal, sha256 } from "../secrets.ts";
import { releaseStranded, tendBreakers } from "./breaker-release.ts";
import { runSync } from "./run.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let sandbox: Sandbox;
let connectionId: string;
let number = 0;
const db = () => database.db;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  number += 1;
  await db().$client`truncate outcomes, syncs, members, connections, breakers cascade`;
  await db().$client`delete from graphile_worker._private_jobs`;
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 60 });
  const connection = await makeConnection(db(), {
    number,
    baseUrl: sandbox.url,
    credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
  });
  connectionId = connection.id;
  await makeAccessKey(db(), { connectionId, number, hash: sha256(`key ${number}`) });
  return () => sandbox.close();
});

/** A collected delivery of a contact, with the job that would run it. */
async function arrive(contactId: number): Promise<void> {
  await db().$client`
    insert into outcomes (delivery_id, received_at, connection_id, dialect, action, trigger, contact_ref, contact_id,
      params, status, hop, collected_at)
    values (${uuidv7()}, clock_timestamp(), ${connectionId}, 'rollcall', 'add', 'automation', ${String(contactId)},
      ${String(contactId)}, '{}', 'queued', 'queue', clock_timestamp())`;
}
const run = (contactId: number) => runSync(db(), { connectionId, contactRef: String(contactId) }, "worker-a");
const outcome = async (contactId: number) => {
  const [row] = await db().$client`
    select status, reason, attempts, next_retry_at from outcomes where contact_id = ${String(contactId)}`;
  return row;
};
/** Contacts whose jobs are due, as the queue would take them. */
const due = async () => {
  const jobs = await db().$client<{ key: string }[]>`
    select key from graphile_worker.jobs where run_at <= now() and key like 'sync:%' order by priority, run_at, id`;
  return jobs.map((job) => Number(job.key.split(":")[2]));
};
const breaker = async () => (await readBreakers(db())).find((one) => one.key.startsWith("crm:"));
const restIsOver = () => db().$client`update breakers set probe_at = now() - interval '1 second'`;
const noJobs = () => db().$client`delete from graphile_worker._private_jobs`;

/** A CRM that fails until its account's breaker opens, with contacts 1 to 5. */
async function goDown(): Promise<void> {
  sandbox.control.fault("500", 1_000);
  for (let id = 1; id <= 5; id++) {
    await arrive(id);
    await run(id);
  }
  expect(await breaker()).toMatchObject({ state: "open", reason: "crm_server_error" });
}

test("while the CRM is away no call is made, no try is used, and every delivery says when it goes on", async () => {
  await goDown();
  expect(await outcome(5)).toMatchObject({ status: "failed", reason: "crm_server_error", attempts: 1 });
  const calls = sandbox.control.calls().total;
  for (let round = 0; round < 15; round++) {
    if (round === 0) await arrive(6);
    await run(6);
  }
  await run(5);
  expect(sandbox.control.calls().total).toBe(calls);
  const opened = await breaker();
  expect(await outcome(6)).toMatchObject({ status: "failed", reason: "crm_paused", attempts: 0 });
  expect(await outcome(5)).toMatchObject({ status: "failed", reason: "crm_paused", attempts: 1 });
  expect(Date.parse((await outcome(6))?.next_retry_at)).toBe(opened?.probeAt?.getTime());
});

test("one contact makes the probe, and all that wait say when the next one is", async () => {
  await goDown();
  for (let id = 6; id <= 20; id++) {
    await arrive(id);
    await run(id);
  }
  await noJobs();
  await restIsOver();
  await tendBreakers(db());
  await tendBreakers(db());
  expect(await due()).toEqual([6]);
  const calls = sandbox.control.calls().total;
  await run(6);
  expect(sandbox.control.calls().total).toBe(calls + 1);
  expect(await outcome(6)).toMatchObject({ status: "failed", reason: "crm_paused", attempts: 0 });
  expect((await breaker())?.trips).toBe(2);
  await db().$client`update outcomes set next_retry_at = now() - interval '1 second' where contact_id = '9'`;
  await tendBreakers(db());
  expect(Date.parse((await outcome(9))?.next_retry_at)).toBe((await breaker())?.probeAt?.getTime());
});

test("after the CRM is back, what waits runs in the order in which it came", async () => {
  await goDown();
  const ids = Array.from({ length: 40 }, (_, at) => 59 - at);
  for (const id of ids) {
    await arrive(id);
    await run(id);
  }
  await noJobs();
  sandbox.control.clearFaults();
  await restIsOver();
  await tendBreakers(db());
  expect(await due()).toEqual([59]);
  await run(59);
  expect(await outcome(59)).toMatchObject({ status: "synced", attempts: 1 });
  expect(await breaker()).toMatchObject({ state: "closed" });
  await noJobs();
  await tendBreakers(db());
  expect(await due()).toEqual(ids.slice(1));
  await Promise.all(ids.slice(1).map(run));
  const [synced] = await db().$client`select count(*)::int as count from outcomes where status = 'synced'`;
  expect(synced?.count).toBe(40);
});

test("a refused token lets only its own connection rest, until the test passes or a token is pasted", async () => {
  sandbox.control.settings({ apiToken: "another" });
  await arrive(1);
  await run(1);
  expect(await outcome(1)).toMatchObject({ status: "dead", reason: "crm_token_refused" });
  await arrive(2);
  const calls = sandbox.control.calls().total;
  await run(2);
  expect(sandbox.control.calls().total).toBe(calls);
  expect(await outcome(2)).toMatchObject({ status: "failed", reason: "crm_paused_token", attempts: 0 });
  expect((await testConnection(db(), connectionId)).ok).toBe(false);
  await run(2);
  expect((await outcome(2))?.reason).toBe("crm_paused_token");

  sandbox.control.settings({ apiToken: sandbox.apiToken });
  await noJobs();
  expect((await testConnection(db(), connectionId)).ok).toBe(true);
  await tendBreakers(db());
  expect(await due()).toEqual([2]);
  await run(2);
  expect(await outcome(2)).toMatchObject({ status: "synced" });

  sandbox.control.settings({ apiToken: "the newest" });
  await arrive(3);
  await run(3);
  await arrive(4);
  await run(4);
  await patchConnection(db(), connectionId, { credentials: { apiToken: "the newest" } }, "test");
  await tendBreakers(db());
  expect((await due()).sort()).toEqual(expect.arrayContaining([3, 4]));
  await run(4);
  expect(await outcome(4)).toMatchObject({ status: "synced" });
});

test("what waits behind no breaker any more goes on", async () => {
  await goDown();
  await arrive(6);
  await run(6);
  await noJobs();
  await releaseStranded(db());
  expect(await due()).toEqual([]);
  await db().$client`delete from breakers`;
  await db().$client`update outcomes set next_retry_at = now() - interval '1 minute' where contact_id = '6'`;
  await releaseStranded(db());
  expect(await due()).toEqual([6]);
});

test("an API key that was sealed under another key is not used, costs no try, and runs on once it opens", async () => {
  const ours = seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken }));
  const keep = (sealed: Buffer) => db().$client`
    update connections set credentials = ${sealed}, updated_at = clock_timestamp()`;
  await keep(seal("the key of another server", "{}"));
  for (const contactId of [1, 2]) {
    await arrive(contactId);
    await run(contactId);
  }
  const locked = { status: "failed", reason: "crm_secrets_locked", attempts: 0 };
  expect([await outcome(1), await outcome(2)]).toMatchObject([locked, locked]);
  expect(sandbox.control.calls().total).toBe(0);
  expect(await breaker()).toMatchObject({ state: "open", reason: "crm_secrets_locked" });
  expect(await testConnection(db(), connectionId)).toMatchObject({
    ok: false,
    checks: [{ name: "token", status: "failed", reason: "crm_secrets_locked" }],
  });

  await keep(ours);
  await restIsOver();
  await noJobs();
  await tendBreakers(db());
  expect(await due()).toEqual([1]);
  await run(1);
  await tendBreakers(db());
  expect(await due()).toContain(2);
  await run(2);
  expect([await outcome(1), await outcome(2)]).toMatchObject([{ status: "synced" }, { status: "synced" }]);
});
