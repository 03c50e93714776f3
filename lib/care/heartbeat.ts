import os from "node:os";
import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { SweepCause } from "#db/schema/reconcile.ts";
import { doorTrouble } from "../door/trouble.ts";
import { uuidv7 } from "../ids.ts";
import { log } from "../log.ts";
import { requestSweeps } from "./request-sweep.ts";

const beatMs = 5_000;
/** A door that was not seen for so long is gone. */
const goneSeconds = 15;
/** A process that slept for so long, with its machine or behind its own work, answered nobody meanwhile. */
const stalledMs = 60_000;

export type Heartbeat = {
  /** Looks for trouble once and says that this door lives; what the timer does. */
  beat(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Says every few seconds that this process has an open door, and asks for a sweep of every connection when webhooks may
 * have been lost: no door was open before this one, it slept, or its deliveries went to the spool or to nobody. A CRM
 * that never sends again is asked what changed.
 */
export async function startHeartbeat(db: Db): Promise<Heartbeat> {
  const id = uuidv7();
  if (await wasDown(db)) await requestSweeps(db, "door_down");
  await db.execute(sql`
    insert into door_beats (id, host, started_at, beat_at)
    values (${id}, ${nameOf(process.pid)}, clock_timestamp(), clock_timestamp())`);
  let lastBeat = Date.now();
  let seen = { ...doorTrouble() };

  async function beat(): Promise<void> {
    const now = { ...doorTrouble() };
    const cause: SweepCause | null =
      now.spooled > seen.spooled || now.refused > seen.refused
        ? "spool_used"
        : Date.now() - lastBeat > stalledMs
          ? "door_stalled"
          : null;
    // In this order: a beat that cannot reach the database looks again, and finds the same trouble.
    await db.execute(sql`update door_beats set beat_at = clock_timestamp() where id = ${id}`);
    if (cause) await requestSweeps(db, cause);
    seen = now;
    lastBeat = Date.now();
  }

  const tick = () => void beat().catch((error) => log.warn({ err: error }, "heartbeat.missed"));
  const timer = setInterval(tick, beatMs);
  timer.unref();
  return {
    beat,
    async stop() {
      clearInterval(timer);
      await db.execute(sql`
        update door_beats set beat_at = clock_timestamp(), stopped_at = clock_timestamp() where id = ${id}`);
    },
  };
}

/** Whether doors were open once and none is now; rows of a week ago go. */
async function wasDown(db: Db): Promise<boolean> {
  const rows = await db.execute<{ host: string; isFresh: boolean }>(sql`
    select host, stopped_at is null and beat_at > clock_timestamp() - ${goneSeconds}::int * interval '1 second'
      as "isFresh" from door_beats`);
  await db.execute(sql`delete from door_beats where beat_at < clock_timestamp() - interval '7 days'
    and id <> (select id from door_beats order by beat_at desc limit 1)`);
  return rows.length > 0 && !rows.some(({ host, isFresh }) => isFresh && mayLive(host));
}

const nameOf = (pid: number): string => `${os.hostname()} ${pid}`;

/** A process of this machine is known to be gone at once; the same id again is this one, started anew. */
function mayLive(name: string): boolean {
  const pid = Number(name.slice(name.lastIndexOf(" ") + 1));
  if (name !== nameOf(pid)) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
