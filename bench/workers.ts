import { automationBody, openLoop } from "./load.ts";
import { connect, type Rollcall } from "./rollcall.ts";
import { addMembers, collected, drained, openWorld, type World } from "./world.ts";

/** How much faster two worker processes work a backlog off than one, the CRM's limit off. */
export async function benchWorkers(share: number): Promise<void> {
  const contacts = Math.max(100, Math.round(6_000 * share));
  console.log(`\nWorkers: a backlog of ${contacts} contacts that all changed, the CRM's rate limit off.`);
  const world = await openWorld({ callsPerSecond: 0, contacts });
  try {
    const web = await world.start({ ROLES: "web" });
    // So many calls are no flood here: the everyday way of working is what is measured.
    const { connectionId, key } = await connect(web, world.sandbox.url, { floodPerMinute: 1_000_000 });
    await web.api("POST", `/connections/${connectionId}/test`);
    await addMembers(world, connectionId);
    const speeds: number[] = [];
    for (const workers of [1, 1, 2]) {
      const url = `${web.url}/hooks/${key}/update`;
      const since = new Date();
      await openLoop({
        url,
        perSecond: 1_000,
        seconds: contacts / 1_000,
        body: (at) => {
          world.sandbox.control.edit([at + 1], { fields: { CITY: `City ${speeds.length} ${at}` } });
          return automationBody(at + 1);
        },
      });
      const started = await Promise.all(
        Array.from({ length: workers }, () => world.start({ ROLES: "worker" })),
      );
      speeds.push(await speedSince(world, since, started));
    }
    const [, one = 0, two = 0] = speeds;
    console.log(
      `one worker ${Math.round(one)} contacts/s, two ${Math.round(two)} contacts/s: ${(two / one).toFixed(2)} (the database, the CRM and the workers share this machine's cores)`,
    );
  } finally {
    await world.close();
  }
}

/** Runs a second, from the first that began to the last that ended. */
async function speedSince(world: World, since: Date, workers: Rollcall[]): Promise<number> {
  await collected(world);
  await drained(world);
  await Promise.all(workers.map((one) => one.stop()));
  const [row] = await world.sql<{ speed: number }[]>`
    select count(*) / extract(epoch from max(finished_at) - min(started_at))::float8 as speed
    from syncs where started_at >= ${since}`;
  return row?.speed ?? 0;
}
