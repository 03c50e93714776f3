import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { testDatabase } from "#db/testing.ts";
import { holdLiveness } from "./liveness.ts";

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
