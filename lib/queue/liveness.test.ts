import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { deadWorkers, holdLiveness } from "./liveness.ts";

test("a worker that could not begin to live does not seem to live later", async () => {
  const { db, url, close } = await testDatabase();
  onTestFinished(close);
  const sessions = () => db.$client<{ pid: number }[]>`
    select pid from pg_stat_activity
    where datname = current_database() and application_name = 'rollcall liveness'`;
  await db.$client.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(7261, hashtext('worker-a'))`;
    const beginning = holdLiveness(url, "worker-a").then(
      () => "lives",
      () => "failed",
    );
    await expect.poll(async () => (await sessions()).length).toBe(1);
    await db.$client`select pg_terminate_backend(${(await sessions())[0]?.pid ?? 0})`;
    expect(await beginning).toBe("failed");
  });
  // Longer than a lost connection takes to be opened again.
  await sleep(1_500);
  expect(await sessions()).toEqual([]);
});

test("a worker that was frozen counts as living again, soon after it goes on", async () => {
  const { db, url, close } = await testDatabase();
  onTestFinished(close);
  const life = await holdLiveness(url, "worker-a", { silentMs: 2_000, beatMs: 1_200 });
  for (let freeze = 0; freeze < 2; freeze++) {
    // The whole process stands still for longer than PostgreSQL bears with it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
    await expect.poll(() => deadWorkers(db, ["worker-a"])).toEqual(["worker-a"]);
    await expect.poll(() => deadWorkers(db, ["worker-a"])).toEqual([]);
  }
  await life.close();
});
