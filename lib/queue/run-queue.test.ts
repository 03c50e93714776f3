import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { deadWorkers } from "./liveness.ts";
import { startQueue } from "./run-queue.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("a queue that lost the database in the middle takes jobs again, under another id", async () => {
  const { db, url } = database;
  const done: number[] = [];
  const queue = await startQueue({
    url,
    concurrency: 4,
    tasks: () => ({
      note: async (payload) => {
        const { number } = payload as { number: number };
        if (number === 1) await endSessions();
        done.push(number);
      },
    }),
    cron: [],
    leavesOut: () => null,
  });
  onTestFinished(() => queue.stop());
  const endSessions = () => db.$client`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name in ('rollcall queue', 'rollcall liveness')`;
  const add = (number: number) =>
    db.$client`select graphile_worker.add_job('note', ${JSON.stringify({ number })}::text::json)`;
  const first = queue.workerId;
  // Every completion of these meets a connection that has just been ended.
  for (let round = 0; round < 5; round++) await add(1);
  await add(2);
  let number = 2;
  while (!done.some((one) => one > 100)) {
    number += 100;
    await add(number);
    await sleep(100);
  }
  const livesNow = async () => (await deadWorkers(db, [queue.workerId])).length === 0;
  while (!(await livesNow())) await sleep(50);
  if (queue.workerId !== first) expect(await deadWorkers(db, [first])).toEqual([first]);
});

/** The database behind a gate that decides, by the first words of each socket, who gets through. */
async function behindGate(url: string, admits: (hello: string) => boolean) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const gate = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (hello) => {
      if (!admits(hello.toString("latin1"))) return socket.destroy();
      const inner = connect(Number(target.port), target.hostname);
      sockets.add(socket);
      inner.on("error", () => socket.destroy());
      socket.on("close", () => inner.destroy());
      inner.on("close", () => socket.destroy());
      inner.write(hello);
      socket.pipe(inner).pipe(socket);
    });
  });
  const listening = gate.listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => void gate.close());
  const through = new URL(url);
  through.host = `127.0.0.1:${(gate.address() as AddressInfo).port}`;
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { url: through.href, cutAll };
}

test("a queue that failed to write down more than one batch of jobs takes jobs again", async () => {
  const { db, url } = database;
  let isAway = false;
  const gate = await behindGate(url, () => !isAway);
  const running = new Set<number>();
  const done: number[] = [];
  const queue = await startQueue({
    url: gate.url,
    concurrency: 4,
    tasks: () => ({
      note: async (payload) => {
        const { number } = payload as { number: number };
        running.add(number);
        while (number <= 4 && !isAway) await sleep(10);
        // One after the other, so that each is written down in a batch of its own.
        if (number <= 4) await sleep(number * 100);
        done.push(number);
      },
    }),
    cron: [],
    leavesOut: () => null,
  });
  onTestFinished(() => queue.stop());
  const add = (number: number) =>
    db.$client`select graphile_worker.add_job('note', ${JSON.stringify({ number })}::text::json)`;
  for (const number of [1, 2, 3, 4]) await add(number);
  while (running.size < 4) await sleep(10);
  isAway = true;
  gate.cutAll();
  while (done.length < 4) await sleep(10);
  await add(5);
  isAway = false;
  while (!done.includes(5)) await sleep(20);
});

test("a queue starts although the database breaks off the first connections", async () => {
  const { db, url } = database;
  let calls = 0;
  const gate = await behindGate(url, () => {
    calls += 1;
    return calls > 2;
  });
  const done: string[] = [];
  const note = async () => void done.push("noted");
  const queue = await startQueue({
    url: gate.url,
    concurrency: 1,
    tasks: () => ({ note }),
    cron: [],
    leavesOut: () => null,
  });
  onTestFinished(() => queue.stop());
  await db.$client`select graphile_worker.add_job('note', '{}'::json)`;
  while (done.length === 0) await sleep(20);
});

test("a queue that could not say that it lives gives up what it began, and begins again", async () => {
  const { db, url } = database;
  let refused = 0;
  const gate = await behindGate(url, (hello) => {
    if (!hello.includes("rollcall liveness") || refused === 2) return true;
    refused += 1;
    return false;
  });
  const done: string[] = [];
  const queue = await startQueue({
    url: gate.url,
    concurrency: 1,
    tasks: (workerId) => ({ note: async () => void done.push(workerId()) }),
    cron: [],
    leavesOut: () => null,
  });
  onTestFinished(() => queue.stop());
  expect(refused).toBe(2);
  const sessions = async () => {
    const [row] = await db.$client<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and query like 'LISTEN%jobs:insert%'`;
    return row?.count;
  };
  // Of the lives that were given up nothing listens for jobs any more.
  await expect.poll(sessions).toBe(1);
  await db.$client`select graphile_worker.add_job('note', '{}'::json)`;
  await expect.poll(() => done).toEqual([queue.workerId]);
});

test("a queue that begins while the database can only be read takes jobs once it can be written", async () => {
  const { db, url } = database;
  const name = db.$client(new URL(url).pathname.slice(1));
  // Whoever connects from now on finds it so; this test's own sessions say each time that they write.
  await db.$client`alter database ${name} set default_transaction_read_only = on`;
  const writing = <T>(work: (tx: postgres.TransactionSql) => Promise<T>) =>
    db.$client.begin("read write", work);
  let connected = 0;
  const gate = await behindGate(url, () => {
    connected += 1;
    return true;
  });
  const done: string[] = [];
  const starting = startQueue({
    url: gate.url,
    concurrency: 1,
    tasks: () => ({ note: async () => void done.push("noted") }),
    cron: [],
    leavesOut: () => null,
  });
  onTestFinished(async () => (await starting).stop());
  // Two sessions have met it read-only when a third is asked for.
  while (connected < 3) await sleep(10);
  await writing((tx) => tx`alter database ${name} reset default_transaction_read_only`);
  await starting;
  await writing((tx) => tx`select graphile_worker.add_job('note', '{}'::json)`);
  await expect.poll(() => done).toEqual(["noted"]);
});
