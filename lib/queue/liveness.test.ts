import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { Db } from "#db/client.ts";
import { testDatabase } from "#db/testing.ts";
import { deadWorkers, holdLiveness } from "./liveness.ts";

const sessionsOf = (db: Db) => db.$client<{ pid: number; waits: boolean }[]>`
  select pid, wait_event_type is not distinct from 'Lock' as waits from pg_stat_activity
  where datname = current_database() and application_name = 'rollcall liveness'`;

test("a worker that could not begin to live does not seem to live later", async () => {
  const { db, url, close } = await testDatabase();
  onTestFinished(close);
  await db.$client.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(7261, hashtext('worker-a'))`;
    const beginning = holdLiveness(url, "worker-a").then(
      () => "lives",
      () => "failed",
    );
    const waiting = async () => (await sessionsOf(db)).filter((one) => one.waits);
    await expect.poll(async () => (await waiting()).length).toBe(1);
    await db.$client`select pg_terminate_backend(${(await waiting())[0]?.pid ?? 0})`;
    expect(await beginning).toBe("failed");
  });
  // Longer than a lost connection takes to be opened again.
  await sleep(1_500);
  expect(await sessionsOf(db)).toEqual([]);
});

test("a worker that was frozen counts as living again, soon after it goes on", async () => {
  const { db, url, close } = await testDatabase();
  onTestFinished(close);
  const life = await holdLiveness(url, "worker-a", { silentMs: 2_000, beatMs: 1_200 });
  for (let freeze = 0; freeze < 2; freeze++) {
    const [before] = await sessionsOf(db);
    // The whole process stands still for longer than PostgreSQL bears with it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
    const anew = async () => ({
      isNew: (await sessionsOf(db)).every(({ pid }) => pid !== before?.pid),
      dead: await deadWorkers(db, ["worker-a"]),
    });
    await expect.poll(anew).toEqual({ isNew: true, dead: [] });
  }
  await life.close();
});
