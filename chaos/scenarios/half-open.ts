import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../lab.ts";
import type { Scenario } from "../scenario.ts";

/** A link goes silent for `ms`; connections that lived then never speak again, new ones after it do. */
async function silence(lab: Lab, link: keyof Lab["links"], ms: number, over: () => void): Promise<void> {
  const load = lab.load({ perSecond: 60 });
  await sleep(1_500);
  await lab.links[link].mode("silent");
  await sleep(ms);
  await lab.links[link].mode("open");
  over();
  await sleep(2_000);
  await load.stop();
}

const scenario = (link: keyof Lab["links"], title: string): Scenario => ({
  number: 5,
  name: `half-open-${link}`,
  title,
  run: (lab) => lab.phase(link, (over) => silence(lab, link, 8_000, over)),
});

export const halfOpenWeb = scenario("web", "half-open TCP, web to database");
export const halfOpenWorkers = scenario("workers", "half-open TCP, workers to database");
export const halfOpenCrm = scenario("crm", "half-open TCP, workers to CRM");
