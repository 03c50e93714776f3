import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import type { Lab } from "../lab.ts";
import type { Scenario } from "../scenario.ts";

/** Takes sessions as Rollcall's own role until the server has none left to give; the returned function ends them. */
async function takeAllSessions(lab: Lab): Promise<() => Promise<void>> {
  const open = () =>
    postgres(lab.database.urlAt(lab.database.port()), { max: 1, idle_timeout: 0, onnotice: () => {} });
  const taken: postgres.Sql[] = [];
  for (let refused = false; !refused; ) {
    const some = Array.from({ length: 40 }, open);
    await Promise.all(
      some.map(async (client) => {
        const works = await client`select 1`.then(
          () => true,
          () => false,
        );
        if (works) return taken.push(client);
        refused = true;
        await client.end({ timeout: 1 });
      }),
    );
  }
  return async () => {
    await Promise.all(taken.map((client) => client.end({ timeout: 1 })));
  };
}

/** Ends every session of Rollcall, so that it has to ask for new ones; by a session of our own, since none can be had. */
const endSessions = (session: postgres.Sql) => session`
  select pg_terminate_backend(pid) from pg_stat_activity
  where usename = 'rollcall_app' and application_name like 'rollcall%'`;

export const poolExhausted: Scenario = {
  number: 4,
  name: "pool-exhausted",
  title: "no database session to be had",
  async run(lab) {
    await lab.phase("every session taken", async (over) => {
      const load = lab.load({ perSecond: 60 });
      await sleep(1_500);
      const session = await lab.database.sql().reserve();
      const giveBack = await takeAllSessions(lab);
      await endSessions(session);
      session.release();
      await sleep(8_000);
      await giveBack();
      over();
      await sleep(2_000);
      await load.stop();
    });
    await lab.phase("connections refused", async (over) => {
      const load = lab.load({ perSecond: 60 });
      await sleep(1_500);
      await Promise.all([lab.links.web.mode("refused"), lab.links.workers.mode("refused")]);
      await sleep(8_000);
      await Promise.all([lab.links.web.mode("open"), lab.links.workers.mode("open")]);
      over();
      await sleep(2_000);
      await load.stop();
    });
  },
};
