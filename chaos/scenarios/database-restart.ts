import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";

export const databaseRestart: Scenario = {
  number: 3,
  name: "database-restart",
  title: "PostgreSQL restarted and crashed under load",
  inQuick: true,
  async run(lab, quick) {
    await lab.phase("stopped for three seconds", async (over) => {
      const load = lab.load({ perSecond: 60 });
      await sleep(1_500);
      await lab.database.stop();
      await sleep(3_000);
      await lab.database.start();
      over();
      await sleep(2_000);
      await load.stop();
    });
    if (quick) return;
    await lab.phase("killed", async (over) => {
      const load = lab.load({ perSecond: 60 });
      await sleep(1_500);
      lab.database.crash();
      await sleep(3_000);
      over();
      await sleep(2_000);
      await load.stop();
    });
  },
};
