import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { collect } from "./collect.ts";

/** A lost notification costs at most this long. */
const pollMs = 1_000;
/** After a round as large as this the door is busy: a short rest makes the next round larger and leaves it the CPU. */
const busyRound = 50;
const restMs = 25;

/** Collects whenever the door says that something came, until stopped. A failed round is tried again. */
export async function startCollector(db: Db): Promise<{ stop(): Promise<void> }> {
  let wake = new AbortController();
  let stopping = false;
  const listening = await db.$client.listen(
    "rollcall_inbox",
    () => wake.abort(),
    () => wake.abort(),
  );

  async function loop(): Promise<void> {
    while (!stopping) {
      wake = new AbortController();
      const taken = await collect(db).catch((error) => {
        log.error({ error }, "collect.failed");
        return 0;
      });
      if (taken > 0) log.debug({ taken }, "collect.done");
      if (taken >= busyRound) await sleep(restMs);
      else if (taken === 0 && !stopping)
        await sleep(pollMs, undefined, { signal: wake.signal }).catch(() => undefined);
    }
  }
  const running = loop();
  return {
    async stop() {
      stopping = true;
      wake.abort();
      await running;
      await listening.unlisten().catch(() => undefined);
    },
  };
}
