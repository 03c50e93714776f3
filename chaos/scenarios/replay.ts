import type { Lab } from "../lab.ts";
import type { Scenario } from "../scenario.ts";
import { acknowledged } from "../settle.ts";

type Retries = { id: string; state: string };

async function retryAll(lab: Lab): Promise<void> {
  const started = await lab.api<Retries>("POST", "/retries", { filter: { connection: lab.connectionId } });
  for (;;) {
    const { state } = await lab.api<Retries>("GET", `/retries/${started.id}`);
    if (state !== "running") return;
  }
}

export const replay: Scenario = {
  number: 13,
  name: "replay",
  title: "replay of a replay",
  async run(lab) {
    await lab.phase("first time", (over) => lab.load({ perSecond: 60, seconds: 4 }).done.then(over));
    await lab.phase("each retried three times over", async (over) => {
      for (let round = 0; round < 3; round++) {
        const ids = acknowledged(lab.sent).slice(0, 60);
        await Promise.allSettled(ids.map((id) => lab.api("POST", `/deliveries/${id}/retry`)));
      }
      over();
    });
    await lab.phase("all retried in bulk, twice, while the same calls come again", async (over) => {
      const recorded = lab.sent.slice(0, 120);
      const load = lab.load({ perSecond: 60, seconds: 2, next: (at) => recorded[at] ?? lab.change(1) });
      await Promise.all([retryAll(lab), load.done]);
      await retryAll(lab);
      over();
    });
  },
};
