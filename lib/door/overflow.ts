import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../log.ts";
import type { CommitTimes, WrittenDelivery } from "./new-delivery.ts";
import type { Outage } from "./outages.ts";
import { openSpool, type Store } from "./spool.ts";
import { doorTrouble } from "./trouble.ts";

const lookMs = 500;

/** How the spool stands; `since` is null while the database takes everything. Times are milliseconds since 1970. */
export type SpoolState = { since: number | null; deliveries: number; bytes: number; maxBytes: number };

/** Takes the place of the database while it is away or slow: deliveries go to disk, and into it in order afterwards. */
export type Overflow = {
  /** True from a commit that failed until everything on disk is stored. */
  inUse(): boolean;
  /** From now on deliveries go to disk; what lies there is stored as soon as the database is back. */
  begin(): void;
  /** Resolves when the group is safe on disk; rejects when the disk does not take it. */
  append(commitId: string, deliveries: WrittenDelivery[]): Promise<void>;
  note(times: CommitTimes): Promise<void>;
  state(): SpoolState;
  /** Gives up waiting for the database; what is left on disk is stored by the next process. */
  close(): Promise<void>;
};

export function openOverflow(options: {
  folder: string;
  maxBytes: number;
  store: Store;
  /** Resolves when the database answers. */
  reach: () => Promise<unknown>;
  onOver: (outage: Outage) => Promise<void>;
}): Overflow {
  const { store, reach, onOver } = options;
  const spool = openSpool(options.folder, options.maxBytes);
  const closing = new AbortController();
  let since: number | null = null;
  let deliveries = 0;
  let draining: Promise<void> | null = null;

  /** Tries until it works or the door closes. */
  async function untilDone(work: () => Promise<void>): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await reach();
        return await work();
      } catch (error) {
        log.debug({ err: error }, "spool.waits");
        await sleep(lookMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  async function drain(beganAt: number): Promise<void> {
    await spool.drain(store, () => {
      since = null;
      draining = null;
    });
    const stored = deliveries;
    deliveries = 0;
    if (stored > 0) await onOver({ kind: "spool", beganAt, endedAt: Date.now(), deliveries: stored });
  }

  /** What a process that is gone left on disk counts from the moment at which its file began. */
  async function adopt(): Promise<void> {
    const { oldest, stored } = await spool.adopt(store);
    doorTrouble().spooled += stored;
    if (stored > 0) await onOver({ kind: "spool", beganAt: oldest, endedAt: Date.now(), deliveries: stored });
  }
  const adopting = untilDone(adopt);

  return {
    inUse: () => draining !== null,
    begin() {
      if (draining) return;
      log.warn("spool.in_use");
      doorTrouble().spooled += 1;
      const beganAt = Date.now();
      since = beganAt;
      draining = sleep(lookMs, undefined, { signal: closing.signal })
        .catch(() => undefined)
        .then(() => untilDone(() => drain(beganAt)));
    },
    async append(commitId, group) {
      await spool.append(commitId, group);
      deliveries += group.length;
    },
    note: (times) => spool.note(times),
    state: () => ({ since, deliveries, bytes: spool.size(), maxBytes: options.maxBytes }),
    async close() {
      closing.abort();
      await adopting;
      await draining;
      spool.close();
    },
  };
}
