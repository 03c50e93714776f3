import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";

/** Longer than it takes the others to notice and to take over. */
const frozenMs = 40_000;

export const frozenWorker: Scenario = {
  number: 14,
  name: "frozen-worker",
  title: "worker frozen past recovery, then back",
  async run(lab) {
    const [victim] = lab.workers;
    const frozen = { since: 0 };
    await lab.phase("the other takes over", async (over) => {
      lab.sandbox.control.settings({ latencyMs: 300 });
      const load = lab.load({ perSecond: 60 });
      await sleep(2_000);
      victim?.freeze();
      frozen.since = Date.now();
      over();
      await sleep(1_000);
      await load.stop();
    });
    await sleep(Math.max(0, frozen.since + frozenMs - Date.now()));
    await lab.phase("it comes back with work that is done", async (over) => {
      const load = lab.load({ perSecond: 60 });
      await sleep(500);
      victim?.thaw();
      over();
      await sleep(2_000);
      await load.stop();
    });
  },
};
