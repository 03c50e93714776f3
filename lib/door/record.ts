import type { Db } from "#db/client.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import { type CommitTimes, type NewDelivery, now, written } from "./new-delivery.ts";
import { noteOutage } from "./outages.ts";
import { openOverflow, type SpoolState } from "./overflow.ts";
import { storeDeliveries } from "./store-deliveries.ts";
import { doorTrouble } from "./trouble.ts";

export type Recorder = {
  /** Resolves when the delivery is safe, by COMMIT or on the spool; rejects when neither took it. */
  record(delivery: NewDelivery): Promise<void>;
  spool(): SpoolState;
  /** Waits for what is under way, and refuses what comes later. */
  close(): Promise<void>;
};

type Waiting = { delivery: NewDelivery; resolve: () => void; reject: (error: unknown) => void };

/** Tells the callers of a group what became of it. */
type Answer = () => void;

const maxBatch = 512;
const maxBatchBytes = 8 * 1024 * 1024;
/** The times of a commit are written with a later one, or by themselves this much later. */
const tidyMs = 100;
/** When PostgreSQL takes longer, the deliveries go to the spool. */
const commitLimitMs = 1_500;

/**
 * Group commit: all deliveries that arrive while an INSERT is in flight share the next one. No timer stands between a
 * delivery and its commit; two INSERTs in flight were measured slower, as both halves cost a write and a wake-up. A group
 * is answered as soon as the next one is on its way. While
 * the database is away or slow, groups are flushed to the spool instead, and stored in order when it is back; a
 * delivery that got into both is stored once.
 */
export function openRecorder(db: Db, spoolFolder: string, spoolBytes: number): Recorder {
  const queue: Waiting[] = [];
  let finished: CommitTimes[] = [];
  let busy = false;
  let tidy: NodeJS.Timeout | null = null;
  let closed = false;
  let idle: () => void = () => undefined;

  const store = (commitId: string, ...what: [Parameters<typeof storeDeliveries>[2], CommitTimes[]]) =>
    storeDeliveries(db, commitId, ...what);
  const overflow = openOverflow({
    folder: spoolFolder,
    maxBytes: spoolBytes,
    store,
    reach: async () => db.$client`select 1`,
    onOver: (outage) => noteOutage(db, outage),
  });

  async function flush(): Promise<void> {
    if (busy) return;
    busy = true;
    let answer: Answer = () => undefined;
    while (queue.length > 0) {
      const storing = storeBatch(takeBatch(queue));
      // While this group is on its way, those of the one before are answered.
      answer();
      answer = await storing;
    }
    answer();
    busy = false;
    idle();
  }

  /** Makes a group safe. Never rejects: resolves with what tells its callers so, or that neither database nor disk took it. */
  async function storeBatch(batch: Waiting[]): Promise<Answer> {
    const commitId = uuidv7();
    try {
      const rows = batch.map((item) => written(item.delivery));
      const spooled = overflow.inUse() || !(await committed(commitId, rows));
      if (spooled) await overflow.append(commitId, rows);
      const committedAt = now();
      return () => {
        for (const item of batch) item.resolve();
        setImmediate(() => {
          const times = { id: commitId, deliveries: batch.length, committedAt, answeredAt: now() };
          if (spooled) return void overflow.note(times).catch(() => undefined);
          finished.push(times);
          tidy ??= setTimeout(() => void noteCommits(), tidyMs);
        });
      };
    } catch (error) {
      log.error({ err: error }, "spool.failed");
      doorTrouble().refused += batch.length;
      return () => batch.forEach((item) => void item.reject(error));
    }
  }

  /** Whether the database committed in time; if not, the spool takes over until it is back. */
  async function committed(commitId: string, rows: ReturnType<typeof written>[]): Promise<boolean> {
    const earlier = finished;
    finished = [];
    let late: NodeJS.Timeout | undefined;
    const limit = new Promise<boolean>((resolve) => {
      late = setTimeout(resolve, commitLimitMs, false);
    });
    const storing = store(commitId, rows, earlier).then(
      () => true,
      (error) => {
        log.error({ err: error }, "door.not_committed");
        return false;
      },
    );
    const done = await Promise.race([storing, limit]);
    clearTimeout(late);
    if (!done) {
      finished = [...earlier, ...finished].slice(-100);
      overflow.begin();
    }
    return done;
  }

  /** The last commit before a pause has no next one to write its times. */
  async function noteCommits(): Promise<void> {
    tidy = null;
    if (busy || finished.length === 0 || overflow.inUse()) return;
    const earlier = finished;
    finished = [];
    await store(uuidv7(), [], earlier).catch((error) => log.warn({ err: error }, "door.timings_lost"));
  }

  return {
    record(delivery) {
      if (closed) return Promise.reject(new Error("The door is closing."));
      return new Promise<void>((resolve, reject) => {
        queue.push({ delivery, resolve, reject });
        void flush();
      });
    },
    spool: () => overflow.state(),
    async close() {
      closed = true;
      if (busy) {
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      }
      if (tidy) clearTimeout(tidy);
      await new Promise((resolve) => setImmediate(resolve));
      await noteCommits();
      await overflow.close();
    },
  };
}

function takeBatch(queue: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  while (count < queue.length && count < maxBatch && (count === 0 || bytes < maxBatchBytes)) {
    bytes += queue[count]?.delivery.body.length ?? 0;
    count += 1;
  }
  return queue.splice(0, count);
}
