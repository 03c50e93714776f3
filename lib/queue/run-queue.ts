import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, parseCronItems, run, type TaskList, type WorkerEvents } from "graphile-worker";
import type { Pool } from "pg";
import { openQueuePool } from "#db/queue-pool.ts";
import { log } from "../log.ts";
import { holdLiveness, type Liveness } from "./liveness.ts";

export type Queue = {
  /** The id under which this process locks jobs and opens runs now. */
  readonly workerId: string;
  /** Takes no more jobs, waits for the running ones, then lets go of the rest. */
  stop(): Promise<void>;
};

type Cron = { task: string; match: string }[];

const logger = new Logger(() => (level, message) => {
  if (level === "error") log.error({ queue: message }, "queue.error");
  else if (level === "warning") log.debug({ queue: message }, "queue.warning");
  else log.trace({ queue: message }, "queue");
});

type Options = {
  url: string;
  concurrency: number;
  tasks: (workerId: () => string) => TaskList;
  cron: Cron;
  /** Flags of jobs to leave out for now; asked before each job. */
  leavesOut: () => string[] | null;
};

/**
 * One life of the queue: graphile-worker shuts down for good when it could not write down that jobs are done. `ended` is
 * when it begins to; seen in 0.17.3, its own promise never resolves when it failed to write twice (its batcher counts
 * the failures below zero).
 */
type Life = { workerId: string; ended: Promise<unknown>; close(): Promise<void> };

const pauseMs = 1_000;
/** How long a life's jobs may take to be done once it ends; the sweeper gives back the runs of those that take longer. */
const lastMs = 5_000;
/** A crowded database may refuse one connection or leave it waiting; what fails this often is a fault to tell. */
const firstTries = 5;

/**
 * Runs jobs with at most `concurrency` at a time. Jobs are fetched in batches, which graphile-worker locks under the
 * id of the pool; that id is the worker's id, and its liveness lock is held until the queue has stopped. When the
 * database fails it in the middle, it begins a new life under another id, and the sweeper gives back what the old one
 * held.
 */
export async function startQueue(options: Options): Promise<Queue> {
  let life = await openFirst(options);
  let stopping = false;
  const keepUp = async () => {
    for (;;) {
      await life.ended;
      if (stopping) return;
      log.error({ worker: life.workerId }, "queue.fell");
      await life.close();
      const next = await openAgain();
      if (!next) return;
      life = next;
      // It was asked to stop while it was opening this life.
      if (stopping) return life.close();
    }
  };
  const openAgain = async (): Promise<Life | null> => {
    while (!stopping) {
      await sleep(pauseMs);
      const next = await openLife(options).catch((error) => {
        log.warn({ err: error }, "queue.not_opened");
        return null;
      });
      if (next) return next;
    }
    return null;
  };
  const kept = keepUp();
  return {
    get workerId() {
      return life.workerId;
    },
    async stop() {
      stopping = true;
      await life.close();
      await kept;
    },
  };
}

async function openFirst(options: Options): Promise<Life> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openLife(options);
    } catch (error) {
      if (tries === firstTries) throw error;
      log.warn({ err: error }, "queue.not_opened");
      await sleep(pauseMs);
    }
  }
}

async function openLife(options: Options): Promise<Life> {
  let workerId = "";
  const events: WorkerEvents = new EventEmitter();
  events.on("pool:create", ({ workerPool }) => {
    workerId = workerPool.id;
  });
  const shuttingDown = new Promise((resolve) => events.once("pool:gracefulShutdown", resolve));
  const pool = openQueuePool(options.url);
  try {
    await demandWritable(pool);
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
        worker: {
          localQueue: { size: options.concurrency },
          pollInterval: 1000,
          completeJobBatchDelay: 5,
          // Without it a failure to write down a failed job would end the process.
          failJobBatchDelay: 5,
        },
      },
    });
    const liveness: Liveness = await holdLiveness(options.url, workerId);
    const close = async () => {
      const stopped = runner.stop().catch((error) => log.debug({ err: error }, "queue.stopped_before"));
      await within(lastMs, Promise.all([stopped, runner.promise.catch(() => undefined)]));
      await within(
        pauseMs,
        pool.end().catch(() => undefined),
      );
      await liveness.close();
    };
    return { workerId, ended: Promise.race([shuttingDown, runner.promise.catch(() => undefined)]), close };
  } catch (error) {
    await pool.end().catch(() => undefined);
    throw error;
  }
}

/**
 * Fails while the database only lets itself be read: graphile-worker (0.17.3) writes its task names down before its first
 * fetch, remembers when that failed, and would never fetch a job in this life.
 */
async function demandWritable(pool: Pool): Promise<void> {
  await pool.query("update graphile_worker._private_tasks set identifier = identifier where false");
}

const within = (limitMs: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, sleep(limitMs, undefined, { ref: false })]);
