import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import type { Outbound } from "../http/outbound.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import { restOf } from "../queue/breaker.ts";
import { breakerOf, destinationRow, openDestination } from "./open-destination.ts";
import { pushOne } from "./push-one.ts";
import { settlePush } from "./settle.ts";
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

type Pump = { id: string; destinationId: string; running: Set<Promise<void>>; halt: AbortController };
type Options = { fetch: Outbound["fetch"]; stopping: AbortSignal };

/**
 * Works for one destination until nothing is due there: as many members at once as it allows, each within its rate, the
 * most urgent first. One pump over all processes holds a destination; a killed one is followed within 15 seconds.
 */
export async function runPump(db: Db, destinationId: string, options: Options): Promise<void> {
  const pump: Pump = { id: uuidv7(), destinationId, running: new Set(), halt: new AbortController() };
  if (!(await holdDestination(db, destinationId, pump.id))) return;
  try {
    await work(db, pump, options);
  } finally {
    pump.halt.abort();
    await drain(db, pump);
    await releaseDestination(db, destinationId, pump.id);
  }
}

async function work(db: Db, pump: Pump, { fetch, stopping }: Options): Promise<void> {
  const { destinationId, running } = pump;
  let [quietSince, beatAt] = [performance.now(), performance.now()];
  let open: ReturnType<typeof openDestination> | null = null;
  while (!stopping.aborted) {
    const row = await destinationRow(db, destinationId);
    if (row?.state !== "active" || row.pumpId !== pump.id) return;
    if (open?.row.updatedAt.getTime() !== row.updatedAt.getTime()) open = openDestination(db, row, fetch);
    const here = open;
    const rests = await restOf(db, [breakerOf(destinationId)]);
    const room = rests ? 0 : row.concurrency - running.size;
    const taken = room > 0 ? await takeTargets(db, destinationId, pump.id, room) : [];
    for (const target of taken) {
      const one = pushAndSettle(db, here, pump, target).finally(() => running.delete(one));
      running.add(one);
    }
    if (taken.length > 0 || running.size > 0) quietSince = performance.now();
    else if (performance.now() - quietSince > lingerMs) break;
    if (performance.now() - beatAt > beatMs) {
      if (!(await beat(db, destinationId, pump.id))) return;
      beatAt = performance.now();
    }
    await Promise.race([...running, sleep(lookMs, undefined, { signal: stopping }).catch(() => undefined)]);
  }
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

async function pushAndSettle(
  db: Db,
  open: ReturnType<typeof openDestination>,
  pump: Pump,
  target: Target,
): Promise<void> {
  const [startedAt, began] = [new Date(), performance.now()];
  const { id: pumpId, destinationId } = pump;
  const { memberId } = target;
  try {
    const result = await pushOne(db, open, target, { pumpId, halted: pump.halt.signal });
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
