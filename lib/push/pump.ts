import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import type { Outbound } from "../http/outbound.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import { restOf } from "../queue/breaker.ts";
import {
  breakerOf,
  destinationRow,
  type OpenDestination,
  openDestination,
  openSecrets,
} from "./open-destination.ts";
import { pushOne } from "./push-one.ts";
import { settlePush } from "./settle.ts";
import { stopDestination } from "./states.ts";
import {
  beat,
  forgetTarget,
  giveBack,
  holdDestination,
  releaseDestination,
  type Target,
  takeTargets,
} from "./targets.ts";

const beatMs = 3_000;
const lookMs = 200;
/** A pump stays for what may follow, since the next webhook often comes within a moment. */
const lingerMs = 1_500;

type Pump = {
  id: string;
  destinationId: string;
  open: OpenDestination | null;
  /** Taken, and first in line for the next free place: a place never waits for the database. */
  waiting: Target[];
  /** So many places are taken by calls to the site. */
  calling: number;
  /** Pushes that are called or written down. */
  running: Set<Promise<void>>;
  wake(): void;
  halt: AbortController;
};
type Options = { fetch: Outbound["fetch"]; stopping: AbortSignal };

/**
 * Works for one destination until nothing is due there: as many members at once as it allows, each within its rate, the
 * most urgent first. One pump over all processes holds a destination; a killed one is followed within 15 seconds.
 */
export async function runPump(db: Db, destinationId: string, options: Options): Promise<void> {
  const pump: Pump = {
    id: uuidv7(),
    destinationId,
    open: null,
    waiting: [],
    calling: 0,
    running: new Set(),
    wake: () => undefined,
    halt: new AbortController(),
  };
  if (!(await holdDestination(db, destinationId, pump.id))) return;
  try {
    await work(db, pump, options);
  } finally {
    pump.halt.abort();
    const left = pump.waiting.splice(0);
    await Promise.allSettled(left.map(({ memberId }) => giveBack(db, destinationId, pump.id, memberId)));
    await drain(db, pump);
    await releaseDestination(db, destinationId, pump.id);
  }
}

async function work(db: Db, pump: Pump, { fetch, stopping }: Options): Promise<void> {
  const { destinationId, running, waiting } = pump;
  let [quietSince, beatAt, lookedAt] = [performance.now(), performance.now(), 0];
  while (!stopping.aborted) {
    const pause = new AbortController();
    pump.wake = () => pause.abort();
    if (!pump.open || performance.now() - lookedAt > lookMs) {
      const row = await destinationRow(db, destinationId);
      if (row?.state !== "active" || row.pumpId !== pump.id) return;
      if (openSecrets(row) === null) return await stopLocked(db, destinationId);
      if (pump.open?.row.updatedAt.getTime() !== row.updatedAt.getTime())
        pump.open = openDestination(db, row, fetch);
      lookedAt = performance.now();
    }
    const rests = await restOf(db, [breakerOf(destinationId)]);
    const room = rests ? 0 : roomIn(pump, pump.open.row.concurrency);
    if (room > 0) waiting.push(...(await takeTargets(db, destinationId, pump.id, room)));
    startWaiting(db, pump);
    if (running.size > 0) quietSince = performance.now();
    else if (performance.now() - quietSince > lingerMs) break;
    if (performance.now() - beatAt > beatMs) {
      if (!(await beat(db, destinationId, pump.id))) return;
      beatAt = performance.now();
    }
    await sleep(lookMs, undefined, { signal: AbortSignal.any([pause.signal, stopping]) }).catch(
      () => undefined,
    );
  }
}

/** Only a person can mend this: every further look would find the same. */
async function stopLocked(db: Db, destination: string): Promise<void> {
  log.warn({ destination }, "push.secrets_locked");
  await db.transaction((tx) =>
    stopDestination(tx, destination, { reason: "site_secrets_locked", detail: null }),
  );
}

/** As many wait as are called; they are taken by the handful, not one by one. */
function roomIn({ waiting, calling }: Pump, concurrency: number): number {
  return waiting.length * 2 > concurrency ? 0 : concurrency * 2 - calling - waiting.length;
}

/** Gives free places to those who wait. Writing down takes no place, but not more than a few may be behind with it. */
function startWaiting(db: Db, pump: Pump): void {
  const { open, waiting, running, halt } = pump;
  if (!open || halt.signal.aborted) return;
  const { concurrency } = open.row;
  while (pump.calling < concurrency && running.size < concurrency * 3) {
    const target = waiting.shift();
    if (!target) break;
    pump.calling += 1;
    const one = pushAndSettle(db, open, pump, target).finally(() => {
      running.delete(one);
      goOn(db, pump);
    });
    running.add(one);
  }
}

/** A call or a writing-down has ended. */
function goOn(db: Db, pump: Pump): void {
  startWaiting(db, pump);
  if (pump.open && roomIn(pump, pump.open.row.concurrency) > 0) pump.wake();
}

/** What is under way is finished, and the destination kept until then: nobody else pushes the same member meanwhile. */
async function drain(db: Db, { id, destinationId, running }: Pump): Promise<void> {
  while (running.size > 0) {
    const settled = new AbortController();
    const pause = sleep(beatMs, undefined, { signal: settled.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(running), pause]);
    settled.abort();
    if (running.size > 0) await beat(db, destinationId, id).catch(() => false);
  }
}

async function pushAndSettle(db: Db, open: OpenDestination, pump: Pump, target: Target): Promise<void> {
  const [startedAt, began] = [new Date(), performance.now()];
  const { id: pumpId, destinationId } = pump;
  const { memberId } = target;
  try {
    const result = await pushOne(db, open, target, { pumpId, halted: pump.halt.signal }).finally(() => {
      pump.calling -= 1;
      goOn(db, pump);
    });
    if (result === "halted") return await giveBack(db, destinationId, pumpId, memberId);
    if (result === "gone") return await forgetTarget(db, destinationId, pumpId, memberId);
    const ms = performance.now() - began;
    await settlePush(db, { destinationId, pumpId, target, startedAt, ms }, result);
    log.debug({ destination: destinationId, member: memberId, status: result.status }, "push.settled");
  } catch (error) {
    log.error({ err: error, destination: destinationId, member: memberId }, "push.not_settled");
    // Where this fails too, the next pump gives it back.
    await giveBack(db, destinationId, pumpId, memberId).catch(() => undefined);
  }
}
