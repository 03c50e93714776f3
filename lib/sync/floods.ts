import type { Db } from "#db/client.ts";
import { openAlarm } from "../alarm.ts";
import { log } from "../log.ts";
import { drainFlood, type OpenFlood } from "./flood-drain.ts";
import { tickFloods } from "./flood-tick.ts";

/** How often floods are looked after, in milliseconds; a decision wakes at once. */
const tickMs = 1_000;
/** Batches of one flood that this process works on at a time, so that the account is asked while others are applied. */
const lanesEach = 4;

/** Looks after floods and works them off beside the queue, so that they take none of its slots; until stopped. */
export async function startFloods(db: Db, workerId: () => string): Promise<{ stop(): Promise<void> }> {
  let stopping = false;
  const alarm = openAlarm();
  const lanes = new Map<string, Promise<void>>();
  const listening = await db.$client.listen("rollcall_floods", alarm.ring, alarm.ring);

  async function fill(): Promise<void> {
    const ready = await db.$client<OpenFlood[]>`
      select f.id, f.connection_id as "connectionId" from floods f
      where closed_at is null and state in ('pacing', 'draining') and coalesce(due_at <= now(), true)
        and coalesce(paused_until <= now(), true) and exists (select from connections c where c.id = f.connection_id)
        and exists (select from outcomes o where o.flood_id = f.id and o.status = 'queued')`;
    for (const flood of ready) {
      for (let lane = 0; lane < lanesEach; lane += 1) {
        const key = `${flood.id} ${lane}`;
        if (lanes.has(key)) continue;
        const drained = drainFlood(db, flood, workerId(), () => stopping)
          .catch((error) => log.error({ err: error, flood: flood.id }, "flood.failed"))
          .finally(() => lanes.delete(key));
        lanes.set(key, drained);
      }
    }
  }

  // Carrying out a decision about a hundred thousand takes a while; other floods go on meanwhile.
  let ticking: Promise<void> | null = null;
  const tick = () =>
    tickFloods(db, () => stopping)
      .catch((error) => log.error({ err: error }, "flood.tick_failed"))
      .finally(() => {
        ticking = null;
      });

  async function loop(): Promise<void> {
    while (!stopping) {
      ticking ??= tick();
      await fill().catch((error) => log.error({ err: error }, "flood.fill_failed"));
      if (!stopping) await alarm.sleep(tickMs);
    }
  }
  const running = loop();
  return {
    async stop() {
      stopping = true;
      alarm.ring();
      await running;
      await ticking;
      await Promise.all(lanes.values());
      await listening.unlisten().catch(() => undefined);
    },
  };
}
