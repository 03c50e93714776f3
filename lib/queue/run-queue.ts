import { EventEmitter } from "node:events";
import { Logger, parseCronItems, run, type TaskList, type WorkerEvents } from "graphile-worker";
import { openQueuePool } from "#db/queue-pool.ts";
import { log } from "../log.ts";
import { holdLiveness, type Liveness } from "./liveness.ts";

export type Queue = {
  /** The id under which this process locks jobs and opens runs. */
  workerId: string;
  /** Takes no more jobs, waits for the running ones, then lets go of the rest. */
  stop(): Promise<void>;
};

type Cron = { task: string; match: string }[];

const logger = new Logger(() => (level, message) => {
  if (level === "error") log.error({ queue: message }, "queue.error");
  else if (level === "warning") log.debug({ queue: message }, "queue.warning");
  else log.trace({ queue: message }, "queue");
});

/**
 * Runs jobs with at most `concurrency` at a time. Jobs are fetched in batches, which graphile-worker locks under the
 * id of the pool; that id is the worker's id, and its liveness lock is held until the queue has stopped.
 */
export async function startQueue(options: {
  url: string;
  concurrency: number;
  tasks: (workerId: () => string) => TaskList;
  cron: Cron;
  /** Flags of jobs to leave out for now; asked before each job. */
  leavesOut: () => string[] | null;
}): Promise<Queue> {
  let workerId = "";
  const events: WorkerEvents = new EventEmitter();
  events.on("pool:create", ({ workerPool }) => {
    workerId = workerPool.id;
  });
  const pool = openQueuePool(options.url);
  const runner = await run({
    pgPool: pool,
    concurrency: options.concurrency,
    noHandleSignals: true,
    logger,
    events,
    forbiddenFlags: options.leavesOut,
    taskList: options.tasks(() => workerId),
    parsedCronItems: parseCronItems(options.cron),
    preset: {
      worker: { localQueue: { size: options.concurrency }, pollInterval: 1000, completeJobBatchDelay: 5 },
    },
  });
  const liveness: Liveness = await holdLiveness(options.url, workerId);
  return {
    workerId,
    async stop() {
      await runner.stop();
      await pool.end();
      await liveness.close();
    },
  };
}
