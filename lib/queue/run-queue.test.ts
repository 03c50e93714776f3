import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
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

test("a queue starts although the database breaks off the first connections", async () => {
  const { db, url } = database;
  const target = new URL(url);
  let calls = 0;
  const gate = createServer((socket) => {
    calls += 1;
    socket.on("error", () => undefined);
    if (calls <= 2) return socket.destroy();
    const inner = connect(Number(target.port), target.hostname);
    inner.on("error", () => socket.destroy());
    socket.on("close", () => inner.destroy());
    inner.on("close", () => socket.destroy());
    socket.pipe(inner).pipe(socket);
  });
  const listening = gate.listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => void gate.close());
  const done: string[] = [];
  const note = async () => void done.push("noted");
  const through = new URL(url);
  through.host = `127.0.0.1:${(gate.address() as AddressInfo).port}`;
  const queue = await startQueue({
    url: through.href,
    concurrency: 1,
    tasks: () => ({ note }),
    cron: [],
    leavesOut: () => null,
  });
  onTestFinished(() => queue.stop());
  await db.$client`select graphile_worker.add_job('note', '{}'::json)`;
  while (done.length === 0) await sleep(20);
});
