import { afterAll, beforeAll, expect, test } from "vitest";
import { makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { seal } from "../secrets.ts";
import { startWorker } from "../worker.ts";
import { arrive } from "./testing.ts";

let copy: Awaited<ReturnType<typeof testDatabase>>;
let slow: Sandbox;
let quick: Sandbox;
let worker: Awaited<ReturnType<typeof startWorker>>;
const db = () => copy.db;

beforeAll(async () => {
  copy = await testDatabase();
  process.env.DATABASE_URL = copy.url;
  process.env.WORKER_CONCURRENCY = "10";
  slow = await startSandbox({ callsPerSecond: 0, contacts: 100 });
  quick = await startSandbox({ callsPerSecond: 0, contacts: 20 });
  worker = await startWorker();
});
afterAll(async () => {
  slow.control.settings({ latencyMs: 0 });
  await worker.stop();
  await slow.close();
  await quick.close();
  await copy.close();
});

const connect = async (number: number, sandbox: Sandbox, floodPerMinute: number) =>
  (
    await makeConnection(db(), {
      number,
      baseUrl: sandbox.url,
      credentials: seal(process.env.ENCRYPTION_KEY ?? "", JSON.stringify({ apiToken: sandbox.apiToken })),
      sideload: "yes",
      floodPerMinute,
    })
  ).id;
const wake = () => db().$client`select pg_notify('rollcall_inbox', '')`;
const finished = async (connectionId: string) => {
  const [row] = await db().$client<{ count: number }[]>`
    select count(*)::int as count from outcomes where connection_id = ${connectionId} and finished_at is not null`;
  return row?.count ?? 0;
};
const ids = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

test.each([
  ["a flood", 30],
  ["a crowd that is no flood yet", 10_000],
])(
  "%s of one connection, whose CRM hangs, does not hold up another connection's webhooks",
  async (_, limit) => {
    await db().$client`truncate deliveries, inbox, outcomes, floods, flood_rates, connections cascade`;
    slow.control.settings({ latencyMs: 3_000 });
    const flooding = await connect(limit === 30 ? 1 : 3, slow, limit);
    const other = await connect(limit === 30 ? 2 : 4, quick, 600);
    await arrive(db(), flooding, ids(20));
    await wake();
    await expect.poll(() => finishedOrRunning(flooding)).toBeGreaterThan(0);
    await arrive(db(), flooding, ids(100).slice(20));
    await arrive(db(), other, ids(20));
    await wake();
    await expect.poll(() => finished(other)).toBe(20);
    expect(await finished(flooding)).toBeLessThan(100);
    slow.control.settings({ latencyMs: 0 });
    await expect.poll(() => finished(flooding)).toBe(100);
  },
  60_000,
);

async function finishedOrRunning(connectionId: string): Promise<number> {
  const [row] = await db().$client<{ count: number }[]>`
    select count(*)::int as count from outcomes where connection_id = ${connectionId} and status <> 'queued'`;
  return row?.count ?? 0;
}
