import { askAll, tellAsked } from "./log-ask.ts";
import { logCases } from "./log-cases.ts";
import { compareIngest, type Taker } from "./log-ingest.ts";
import { savePlans } from "./plans.ts";
import { connect } from "./rollcall.ts";
import { sampleLog, seedLog } from "./seed.ts";
import { openWorld } from "./world.ts";

const accounts = 8;
const fullSize = 5_000_000;
const turns = 3;

/**
 * The log with millions of deliveries in it: how fast it answers what the console asks, and how fast it takes more,
 * against an empty one.
 */
export async function benchLog(seconds: number, share: number): Promise<void> {
  const deliveries = Math.max(30_000, Math.round(fullSize * share));
  const members = Math.ceil(deliveries * 0.08);
  const told = (count: number) => count.toLocaleString("en");
  console.log(`\nThe log with ${told(deliveries)} deliveries of 30 days and ${told(members)} members.`);
  const empty = await openTaker();
  const full = await openTaker();
  try {
    await full.rollcall.stop();
    const began = performance.now();
    await seedLog(full.world.url, { deliveries, members }, full.connectionIds);
    console.log(`seeded in ${Math.round((performance.now() - began) / 1000)} s`);
    const sample = await sampleLog(full.world.url);
    const rollcall = await full.world.start();
    const asked = await askAll(rollcall, logCases(sample));
    const { folder, costs } = await savePlans(full.world.url, logCases(sample));
    tellAsked(asked, costs);
    console.log(`query plans are in ${folder}\n`);
    await compareIngest(empty, { ...full, rollcall }, seconds, turns);
  } finally {
    await Promise.all([empty.world.close(), full.world.close()]);
  }
}

/** A Rollcall whose floods are held, so that nothing is worked on behind the measurements. */
async function openTaker(): Promise<Taker & { connectionIds: string[] }> {
  const world = await openWorld({ callsPerSecond: 0 });
  const rollcall = await world.start();
  const connections = [];
  for (let at = 0; at < accounts; at++)
    connections.push(await connect(rollcall, world.sandbox.url, { floodHold: true }));
  return {
    world,
    rollcall,
    key: connections[0]?.key ?? "",
    connectionIds: connections.map((one) => one.connectionId),
  };
}
