import { setTimeout as sleep } from "node:timers/promises";
import { type Lab, until } from "../lab.ts";
import type { Scenario } from "../scenario.ts";
import { acknowledged } from "../settle.ts";

/** The door answers from its spool after a second and a half. */
const beforeSpoolMs = 1_400;
const mostTries = 10;

/** Holds back what PostgreSQL says to the web process at a moment when a group is stored and not answered. */
async function holdAnswer(lab: Lab): Promise<void> {
  const sql = lab.database.sql();
  const isStored = async () => {
    const [row] = await sql`select count(*)::int as count from deliveries`;
    return row?.count > acknowledged(lab.sent).length;
  };
  for (let tries = 1; tries <= mostTries; tries += 1) {
    await lab.links.web.mode("held");
    const seen = until(isStored, "a group is stored and not answered", beforeSpoolMs);
    if (await seen.then(() => true).catch(() => false)) return;
    // A busy machine looked too late: the spool has answered meanwhile.
    await lab.links.web.mode("open");
    await sleep(3_000);
  }
  throw new Error(`In ${mostTries} tries no group was seen stored and not answered.`);
}

async function killAfterInsert(lab: Lab, heldMs: number, over: () => void): Promise<void> {
  const load = lab.load({ perSecond: 80 });
  await sleep(2_000);
  await holdAnswer(lab);
  await sleep(heldMs);
  await lab.web.kill("SIGKILL");
  await lab.links.web.mode("open");
  await lab.web.start();
  over();
  await sleep(1_000);
  await load.stop();
}

export const killWeb: Scenario = {
  number: 1,
  name: "kill-web",
  title: "web killed between INSERT and answer",
  inQuick: true,
  async run(lab, quick) {
    await lab.phase("killed after INSERT", (over) => killAfterInsert(lab, 0, over));
    if (quick) return;
    await lab.phase("killed with deliveries on the spool", (over) => killAfterInsert(lab, 2_500, over));
    await lab.phase("killed at random, three times", async (over) => {
      const load = lab.load({ perSecond: 80 });
      for (const pause of [1_311, 777, 1_503]) {
        await sleep(pause);
        await lab.web.kill("SIGKILL");
        await lab.web.start();
      }
      over();
      await sleep(1_000);
      await load.stop();
    });
  },
};
