import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Outbound } from "../http/outbound.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import { restOf } from "../queue/breaker.ts";
import { finishEveryone } from "./everyone.ts";
import { breakerOf, destinationRow, openDestination } from "./open-destination.ts";
import { pushOne } from "./push-one.ts";
import { settlePush } from "./settle.ts";
import { beat, holdDestination, releaseDestination, type Target, takeTargets } from "./targets.ts";

const beatMs = 3_000;
const lookMs = 200;
/** A pump stays for what may follow, since the next webhook often comes within a moment. */
const lingerMs = 1_500;

/**
 * Works for one destination until nothing is due there: as many members at once as it allows, each within its rate, the
 * most urgent first. One pump over all processes holds a destination; a killed one is followed within 15 seconds.
 */
export async function runPump(
  db: Db,
  destinationId: string,
  options: { fetch: Outbound["fetch"]; stopping: AbortSignal },
): Promise<void> {
  const pumpId = uuidv7();
  if (!(await holdDestination(db, destinationId, pumpId))) return;
  const running = new Set<Promise<void>>();
  try {
    await work(db, destinationId, pumpId, running, options);
  } finally {
    await Promise.allSettled(running);
    await releaseDestination(db, destinationId, pumpId);
  }
}

async function work(
  db: Db,
  destinationId: string,
  pumpId: string,
  running: Set<Promise<void>>,
  { fetch, stopping }: { fetch: Outbound["fetch"]; stopping: AbortSignal },
): Promise<void> {
  let [quietSince, beatAt] = [performance.now(), performance.now()];
  let open: ReturnType<typeof openDestination> | null = null;
  while (!stopping.aborted) {
    const row = await destinationRow(db, destinationId);
    if (row?.state !== "active" || row.pumpId !== pumpId) return;
    if (open?.row.updatedAt.getTime() !== row.updatedAt.getTime()) open = openDestination(db, row, fetch);
    const here = open;
    const rests = await restOf(db, [breakerOf(destinationId)]);
    const room = rests ? 0 : row.concurrency - running.size;
    const taken = room > 0 ? await takeTargets(db, destinationId, pumpId, room) : [];
    for (const target of taken) {
      const one = pushAndSettle(db, here, pumpId, target).finally(() => running.delete(one));
      running.add(one);
    }
    if (taken.length > 0 || running.size > 0) quietSince = performance.now();
    else if (performance.now() - quietSince > lingerMs) break;
    if (performance.now() - beatAt > beatMs) {
      if (!(await beat(db, destinationId, pumpId))) return;
      beatAt = performance.now();
    }
    await Promise.race([...running, sleep(lookMs, undefined, { signal: stopping }).catch(() => undefined)]);
  }
  if (!stopping.aborted) await finishEveryone(db, destinationId);
}

async function pushAndSettle(
  db: Db,
  open: ReturnType<typeof openDestination>,
  pumpId: string,
  target: Target,
): Promise<void> {
  const [startedAt, began] = [new Date(), performance.now()];
  const destinationId = open.row.id;
  try {
    const result = await pushOne(db, open, target);
    if (!result) {
      await db.execute(sql`delete from push_targets where destination_id = ${destinationId}
        and member_id = ${target.memberId} and pump_id = ${pumpId}`);
      return;
    }
    const ms = performance.now() - began;
    await settlePush(db, { destinationId, pumpId, target, startedAt, ms }, result);
    log.debug({ destination: destinationId, member: target.memberId, status: result.status }, "push.settled");
  } catch (error) {
    // It stays running under this pump, and the next one gives it back.
    log.error({ err: error, destination: destinationId, member: target.memberId }, "push.not_settled");
  }
}
