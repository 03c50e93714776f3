import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { collect } from "./collect.ts";

/** A lost notification costs at most this long. */
const pollMs = 1_000;
/** After a round as large as this the door is busy; a rest three times as long as the round leaves it the database. */
const busyRound = 50;
const restShare = 3;
const leastRestMs = 20;
const mostRestMs = 1_000;

const restAfter = (roundMs: number) => Math.min(mostRestMs, Math.max(leastRestMs, restShare * roundMs));

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
      const began = performance.now();
      const taken = await collect(db).catch((error) => {
        log.error({ err: error }, "collect.failed");
        return 0;
      });
      if (taken > 0) log.debug({ taken }, "collect.done");
      if (taken >= busyRound) await sleep(restAfter(performance.now() - began));
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
