import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../lab.ts";
import type { Scenario } from "../scenario.ts";

const preload = path.resolve(import.meta.dirname, "../skewed-clock.mjs");

/** Time enough to start all processes again. */
const restartMs = 20_000;

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

/** Gives Rollcall's sessions a made-up zone whose summer time ends soon; resolves with how long from now, in milliseconds. */
async function endSummerTime(lab: Lab): Promise<number> {
  const end = new Date(Date.now() + restartMs);
  const day = Math.floor((end.getTime() - Date.UTC(end.getUTCFullYear(), 0, 1)) / 86_400_000);
  const onItsClock = new Date(end.getTime() + 3_600_000).toISOString().slice(11, 19);
  await lab.database
    .sql()
    .unsafe(`alter role rollcall_app set timezone = 'XST0XDT,0/0,${day}/${onItsClock}'`);
  await restart(lab, { TZ: "America/New_York" }, { TZ: "Pacific/Auckland" });
  return Math.max(0, end.getTime() - Date.now());
}

/** Load with failures in it, since waiting for another try is where a clock matters most. */
async function loadWithRetries(lab: Lab, over: () => void, afterMs = 0): Promise<void> {
  await sleep(Math.max(0, afterMs - 2_000));
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
    await lab.phase("summer time ends", async (over) => loadWithRetries(lab, over, await endSummerTime(lab)));
  },
};
