import { z } from "zod";
import { closeDb, openDb } from "#db/client.ts";
import { cleanUpCron, cleanUpTasks } from "./care/clean-up-tasks.ts";
import { reconcileCron, reconcileTasks } from "./care/reconcile-tasks.ts";
import { startRegistrationCare } from "./care/registration-schedule.ts";
import { env } from "./env.ts";
import { sharedFetch } from "./http/shared-outbound.ts";
import { startPushes } from "./push/run-pushes.ts";
import { startQueue } from "./queue/run-queue.ts";
import { shareSlots } from "./queue/share-slots.ts";
import { runBulkRetry } from "./sync/bulk-retry.ts";
import { startCollector } from "./sync/collector.ts";
import { startFloods } from "./sync/floods.ts";
import { startSweeper } from "./sync/recover.ts";
import { syncTask } from "./sync/sync-task.ts";

const retryPayload = z.object({ retryId: z.string() });

/** Starts everything behind the answer: the collector, the queue with its tasks, and the sweeper. */
export async function startWorker(): Promise<{ stop(): Promise<void> }> {
  const { DATABASE_URL = "", WORKER_CONCURRENCY } = env();
  // What the worker writes down between its steps is found again from the queue; members are flushed (lib/sync/apply).
  const db = openDb(DATABASE_URL, { max: 10, name: "rollcall worker", lateFlush: true });
  const slots = shareSlots(WORKER_CONCURRENCY);
  const queue = await startQueue({
    url: DATABASE_URL,
    concurrency: WORKER_CONCURRENCY,
    leavesOut: slots.full,
    tasks: (workerId) => ({
      sync: syncTask(db, slots, workerId),
      bulk_retry: async (payload) => runBulkRetry(db, retryPayload.parse(payload).retryId),
      ...cleanUpTasks(db),
      ...reconcileTasks(db),
      partitions: async () => {
        await db.$client`select ensure_delivery_partitions(7)`;
      },
    }),
    cron: [{ task: "partitions", match: "17 3 * * *" }, reconcileCron, cleanUpCron],
  });
  // The same few statements again and again: two connections that know them are quicker than many that do not.
  const collectorDb = openDb(DATABASE_URL, {
    max: 2,
    name: "rollcall collector",
    lateFlush: true,
    steadyPlans: true,
  });
  const collector = await startCollector(collectorDb);
  // A pool of its own: however much a flood has to write, webhooks never wait for a connection behind it.
  const floodDb = openDb(DATABASE_URL, { max: 6, name: "rollcall floods", lateFlush: true });
  const floods = await startFloods(floodDb, () => queue.workerId);
  const pushes = await startPushes(db, sharedFetch);
  const sweeper = startSweeper(db);
  const registrationCare = startRegistrationCare(db);
  return {
    async stop() {
      sweeper.stop();
      await registrationCare.stop();
      await collector.stop();
      await floods.stop();
      await pushes.stop();
      await queue.stop();
      await closeDb(collectorDb);
      await closeDb(floodDb);
      await closeDb(db);
    },
  };
}
