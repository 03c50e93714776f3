import { automationBody, closedLoop, spread } from "./load.ts";
import { logCases } from "./log-cases.ts";
import { savePlans } from "./plans.ts";
import { connect, type Rollcall } from "./rollcall.ts";
import { sampleLog, seedLog } from "./seed.ts";
import { collected, openWorld, type World } from "./world.ts";

const accounts = 8;
const fullSize = 5_000_000;
const rounds = 25;
const ingestAim = 0.9;

/**
 * The log with millions of deliveries in it: how fast it takes more, against an empty one, and how fast it answers what
 * the console asks.
 */
export async function benchLog(seconds: number, share: number): Promise<void> {
  const deliveries = Math.max(30_000, Math.round(fullSize * share));
  const members = Math.ceil(deliveries * 0.08);
  const told = (count: number) => count.toLocaleString("en");
  console.log(`\nThe log with ${told(deliveries)} deliveries of 30 days and ${told(members)} members.`);
  const world = await openWorld({ callsPerSecond: 0 });
  try {
    const before = await world.start();
    const connections = [];
    // Floods are held, so that nothing is worked on behind the measurements.
    for (let at = 0; at < accounts; at++)
      connections.push(await connect(before, world.sandbox.url, { floodHold: true }));
    const key = connections[0]?.key ?? "";
    const empty = await ingest(world, before, key, seconds);
    await before.stop();
    const began = performance.now();
    const ids = connections.map((one) => one.connectionId);
    await seedLog(world.url, { deliveries, members }, ids);
    console.log(`seeded in ${Math.round((performance.now() - began) / 1000)} s`);
    const after = await world.start();
    const sample = await sampleLog(world.url);
    await ask(after, logCases(sample));
    tellIngest(empty, await ingest(world, after, key, seconds));
    await after.stop();
    console.log(`query plans are in ${await savePlans(world.url, logCases(sample))}`);
  } finally {
    await world.close();
  }
}

/** Asks each question many times, one after the other, and says where the aim is missed. */
async function ask(rollcall: Rollcall, cases: ReturnType<typeof logCases>): Promise<void> {
  let missed = 0;
  for (const { name, path: where, aimMs } of cases) {
    const times: number[] = [];
    const give = performance.now() + 5_000;
    for (let round = 0; round <= rounds && (round < 4 || performance.now() < give); round++) {
      const began = performance.now();
      await rollcall.api("GET", where);
      // The first answer warms caches that a running server has warm.
      if (round > 0) times.push(performance.now() - began);
    }
    const { p50, p95 } = spread(times);
    const misses = aimMs !== null && p95 > aimMs;
    if (misses) missed += 1;
    const verdict = aimMs === null ? "" : misses ? `  misses the aim of ${aimMs} ms` : "";
    console.log(
      `${name.padEnd(56)}${p50.toFixed(1).padStart(8)} ms p50${p95.toFixed(1).padStart(8)} ms p95${verdict}`,
    );
  }
  const aimed = cases.filter((one) => one.aimMs !== null).length;
  console.log(`${aimed - missed} of ${aimed} questions under their aim (50 ms; 1,000 ms for text in bodies)`);
}

type Ingest = { answered: number; collected: number };

/** Deliveries a second that the door answers, and that are in the log once the last of them is collected. */
async function ingest(world: World, rollcall: Rollcall, key: string, seconds: number): Promise<Ingest> {
  const bodies = Array.from({ length: 1_000 }, (_, at) => automationBody(at + 1));
  const since = new Date();
  const measured = await closedLoop(`${rollcall.url}/hooks/${key}/update`, 32, seconds, bodies);
  await collected(world);
  const [row] = await world.sql<{ speed: number }[]>`
    select count(*) / extract(epoch from max(collected_at) - min(received_at))::float8 as speed
    from outcomes where delivery_id >= uuid_v7_floor(${since})`;
  return { answered: measured.perSecond, collected: row?.speed ?? 0 };
}

function tellIngest(empty: Ingest, full: Ingest): void {
  for (const what of ["answered", "collected"] as const) {
    const ratio = full[what] / empty[what];
    console.log(
      `${what} ${Math.round(full[what])}/s against ${Math.round(empty[what])}/s with an empty log: ${ratio.toFixed(2)}` +
        `${ratio < ingestAim ? `  misses the aim of ${ingestAim}` : ""}`,
    );
  }
}
