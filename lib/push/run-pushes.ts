import type { Db } from "#db/client.ts";
import { openAlarm } from "../alarm.ts";
import type { Outbound } from "../http/outbound.ts";
import { log } from "../log.ts";
import { finishEveryones } from "./everyone.ts";
import { settleLeftOvers } from "./left-overs.ts";
import { runPump } from "./pump.ts";
import { waitingDestinations } from "./targets.ts";

/** A lost notification costs at most this long. */
const pollMs = 1_000;

/** Keeps a pump at work wherever members are owed to a destination, until stopped. Several processes share the work. */
export async function startPushes(db: Db, fetch: Outbound["fetch"]): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const pumps = new Map<string, Promise<void>>();
  const alarm = openAlarm();
  const listening = await db.$client.listen("rollcall_push", alarm.ring).catch(() => null);

  const start = (id: string) => {
    if (pumps.has(id)) return;
    const pump = runPump(db, id, { fetch, stopping: stopping.signal })
      .catch((error) => log.error({ err: error, destination: id }, "push.pump_failed"))
      .finally(() => pumps.delete(id));
    pumps.set(id, pump);
  };
  async function loop(): Promise<void> {
    let tidiedAt = Number.NEGATIVE_INFINITY;
    while (!stopping.signal.aborted) {
      const waiting = await waitingDestinations(db).catch((error) => {
        log.warn({ err: error }, "push.not_looked");
        return [];
      });
      waiting.forEach(start);
      // Every wish wakes this loop; what is left over can wait for a moment.
      if (performance.now() - tidiedAt >= pollMs) {
        const tidied = settleLeftOvers(db).then(() => finishEveryones(db));
        await tidied.catch((error) => log.warn({ err: error }, "push.not_settled"));
        tidiedAt = performance.now();
      }
      if (!stopping.signal.aborted) await alarm.sleep(pollMs);
    }
  }
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      alarm.ring();
      await looping;
      await Promise.all(pumps.values());
      await listening?.unlisten().catch(() => undefined);
    },
  };
}
