import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../lab.ts";
import type { Scenario } from "../registry.ts";

const preload = path.resolve(import.meta.dirname, "../skewed-clock.mjs");

/** Starts all processes again in another environment. */
async function restart(
  lab: Lab,
  web: Record<string, string>,
  workers: Record<string, string>,
): Promise<void> {
  const all = [lab.web, ...lab.workers];
  await Promise.all(all.map((program) => program.kill("SIGTERM")));
  await lab.web.start(web);
  await Promise.all(lab.workers.map((worker) => worker.start(workers)));
}

const skewed = (minutes: number) => ({
  NODE_OPTIONS: `--import=${preload}`,
  CLOCK_SKEW_MS: String(minutes * 60_000),
});

/** Load with failures in it, since waiting for another try is where a clock matters most. */
async function loadWithRetries(lab: Lab, over: () => void): Promise<void> {
  const load = lab.load({ perSecond: 60 });
  await sleep(1_000);
  lab.sandbox.control.fault("500", 2, "contacts");
  await sleep(2_000);
  lab.sandbox.control.fault("429-date", 1, "contacts");
  await sleep(2_000);
  over();
  await load.stop();
}

export const clockSkew: Scenario = {
  number: 9,
  name: "clock-skew",
  title: "clocks 10 minutes apart, DST during load",
  async run(lab) {
    await restart(lab, skewed(10), skewed(-10));
    await lab.phase("web 10 minutes ahead, workers behind", (over) => loadWithRetries(lab, over));
    await restart(lab, skewed(-10), skewed(10));
    await lab.phase("web 10 minutes behind, workers ahead", (over) => loadWithRetries(lab, over));
    const minute = new Date(Date.now() + 3_000);
    const day = Math.floor((minute.getTime() - Date.UTC(minute.getUTCFullYear(), 0, 0)) / 86_400_000);
    // Summer time of a made-up zone ends three seconds from now: its clock goes back by an hour during the load.
    const at = new Date(minute.getTime() + 3_600_000).toISOString().slice(11, 19);
    await lab.database.sql().unsafe(`alter role rollcall_app set timezone = '<X>0<Y>,0/0,${day - 1}/${at}'`);
    await restart(lab, { TZ: "America/New_York" }, { TZ: "Pacific/Auckland" });
    await lab.phase("summer time ends", (over) => loadWithRetries(lab, over));
  },
};
