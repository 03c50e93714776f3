import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import { doorLoad } from "../door/counters.ts";
import { RetryLater } from "../errors.ts";
import { log } from "../log.ts";
import { restOf } from "../queue/breaker.ts";
import type { ContactRef } from "../queue/enqueue.ts";
import { batchOf, fillMs, type Pace } from "./flood-pace.ts";
import { breakerKeys } from "./guarded-client.ts";
import { openRuns, type Run } from "./lease.ts";
import { connectionById, type OpenConnection } from "./open-connection.ts";
import { readTogether } from "./read-together.ts";
import { runOpened } from "./run.ts";
import type { RunResult } from "./verdict.ts";

/** First key of the advisory locks under which a flood's contacts are shared out; the second is the flood's hash. */
const claimClass = 7_264;
/** Deliveries looked at for one batch: several may be of one contact. */
const lookAhead = 4;
/** How long a flood rests after a batch of which the CRM answered nothing. */
const restSeconds = 20;

/** A contact whose run another has open is looked at again after this long, and a batch that is still filling. */
const lookAgainMs = 250;

/** Answers come first: a batch waits while this process's door has more requests inside than this, up to three seconds. */
const crowd = 400;
const yieldMs = 50;
const mostYields = 60;

async function yieldToDoor(stopping: () => boolean): Promise<void> {
  const crowded = () => (doorLoad()?.requests ?? 0) > crowd;
  for (let yields = 0; yields < mostYields && crowded() && !stopping(); yields += 1) await sleep(yieldMs);
}

export type OpenFlood = { id: string; connectionId: string };
type Claimed = Run & ContactRef;

/**
 * Opens the runs of the next contacts of a flood, if it may go on and there are enough for now. One process at a time
 * claims, so that none takes another's; `looked` is how many contacts still waited.
 */
async function claim(
  db: Db,
  { id, connectionId }: OpenFlood,
  pace: Pace,
  workerId: string,
): Promise<{ looked: number; runs: Claimed[] }> {
  const most = batchOf(pace);
  return db.$client.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${claimClass}, hashtext(${id}))`;
    const next = await tx<{ ref: string; mayWait: boolean }[]>`
      select w.contact_ref as ref, f.ended_at is null
        and bool_and(w.collected_at > clock_timestamp() - ${fillMs(pace)} * interval '1 millisecond') as "mayWait"
      from floods f, lateral (
        select delivery_id, contact_ref, collected_at from outcomes where flood_id = f.id and status = 'queued'
        order by delivery_id limit ${most * lookAhead}) as w
      where f.id = ${id} and f.state in ('pacing', 'draining') and coalesce(f.due_at <= now(), true)
        and coalesce(f.paused_until <= now(), true)
      group by w.contact_ref, f.ended_at order by min(w.delivery_id::text) limit ${most}`;
    const refs = next.map((row) => ({ connectionId, contactRef: row.ref }));
    const enough = refs.length === most || next.some((row) => !row.mayWait);
    return { looked: refs.length, runs: enough ? await openRuns(tx, refs, workerId) : [] };
  });
}

/** Whether the CRM did not answer; one that only asked for slower calls did, and its account waits for that by itself. */
const unanswered = (result: RunResult): boolean =>
  result.kind === "stopped" &&
  result.error instanceof RetryLater &&
  result.error.reason !== "crm_rate_limited";

/** Works the runs of a batch off together; false when the CRM answered none of them. */
async function work(db: Db, open: OpenConnection, runs: Claimed[]): Promise<boolean> {
  const seats = readTogether(open.loadMany, runs.length);
  const results = await Promise.all(
    runs.map(async ({ connectionId, contactRef, ...run }, at) => {
      const seat = seats[at];
      if (!seat || contactRef.startsWith("email:")) seat?.leave();
      const reading = seat ? { ...open, load: seat.load } : open;
      return runOpened(db, { connectionId, contactRef }, run, reading).finally(() => seat?.leave());
    }),
  );
  return !results.every(unanswered);
}

/** Lets a flood rest because its CRM answers nothing: nothing is claimed until then, in any process. */
async function rest(db: Db, floodId: string, until: Date): Promise<void> {
  await db.$client`update floods set paused_until = ${until.toISOString()} where id = ${floodId}`;
  log.warn({ flood: floodId, until }, "flood.rests");
}

/**
 * Works off a flood, batch by batch, until nothing of it waits, it may not go on, or `stopping` says so. Any number of
 * these may work on one flood, in any process.
 */
export async function drainFlood(
  db: Db,
  flood: OpenFlood,
  workerId: string,
  stopping: () => boolean,
): Promise<void> {
  while (!stopping()) {
    const open = await connectionById(db, flood.connectionId);
    const calm = await restOf(db, breakerKeys(open.row));
    if (calm) return rest(db, flood.id, calm.until);
    await yieldToDoor(stopping);
    if (stopping()) return;
    const { looked, runs } = await claim(db, flood, open.row, workerId);
    if (looked === 0) return;
    if (runs.length === 0) {
      await sleep(lookAgainMs);
      continue;
    }
    if (!(await work(db, open, runs))) return rest(db, flood.id, new Date(Date.now() + restSeconds * 1000));
  }
}
