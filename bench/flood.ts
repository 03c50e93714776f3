import { setTimeout as sleep } from "node:timers/promises";
import { automationBody, openLoop } from "./load.ts";
import { residentMb } from "./processes.ts";
import { connect } from "./rollcall.ts";
import { addMembers, collected, drained, openWorld, type World } from "./world.ts";

type Flood = {
  name: string;
  contacts: number;
  each: number;
  perSecond: number;
  callsPerSecond: number;
  sideload: boolean;
};

const aims = { residentMb: 700, growth: 1.25, calls: 1.1, converge: 1.15 };

/** Bulk edits that call for every contact several times in a row, at the CRM's own limit; with the sideload and without. */
export async function benchFlood(share: number): Promise<void> {
  const sized = (count: number) => Math.max(100, Math.round(count * share));
  await flood({
    name: "with the sideload",
    contacts: sized(20_000),
    each: 5,
    perSecond: 3_000,
    callsPerSecond: 5,
    sideload: true,
  });
  // Two calls a contact: at 5 calls a second this would take hours, so the account allows more and fewer are edited.
  await flood({
    name: "without the sideload",
    contacts: sized(2_000),
    each: 5,
    perSecond: 3_000,
    callsPerSecond: 100,
    sideload: false,
  });
}

async function flood(given: Flood): Promise<void> {
  const { contacts, each, perSecond, callsPerSecond, sideload } = given;
  const total = contacts * each;
  console.log(
    `\nA flood ${given.name}: ${total} deliveries for ${contacts} contacts at ${perSecond}/s in an open loop, ${callsPerSecond} CRM calls/s.`,
  );
  const world = await openWorld({ callsPerSecond, contacts, sideload });
  try {
    const rollcall = await world.start();
    const { connectionId, key } = await connect(rollcall, world.sandbox.url, { callsPerSecond });
    await rollcall.api("POST", `/connections/${connectionId}/test`);
    await addMembers(world, connectionId);
    await sleep(2_000);
    const before = world.sandbox.control.calls();
    const memory = watchMemory(rollcall.pid);
    const began = performance.now();
    const since = () => (performance.now() - began) / 1000;
    const url = `${rollcall.url}/hooks/${key}/update`;
    const sent = await openLoop({
      url,
      perSecond,
      seconds: total / perSecond,
      body: (at) => automationBody(Math.floor(at / each) + 1),
    });
    const sentAfter = since();
    await collected(world);
    const collectedAfter = since();
    await drained(world);
    const convergedAfter = since();
    const seen = await memory.stop();
    console.log(
      `answered ${total - sent.errors} of ${total} (${sent.errors} not) in ${sentAfter.toFixed(1)} s: ` +
        `${sent.p50.toFixed(1)} ms p50, ${sent.p99.toFixed(1)} ms p99, ${sent.max.toFixed(0)} ms at most`,
    );
    tellMemory(seen);
    tellCalls(before.counts, world.sandbox.control.calls().counts);
    await tellOutcome(world, given, {
      calls: world.sandbox.control.calls().total - before.total,
      sentAfter,
      collectedAfter,
      convergedAfter,
    });
  } finally {
    await world.close();
  }
}

type Times = { calls: number; sentAfter: number; collectedAfter: number; convergedAfter: number };

async function tellOutcome({ sql }: World, given: Flood, times: Times): Promise<void> {
  const { contacts, callsPerSecond, sideload } = given;
  const { calls, sentAfter, collectedAfter, convergedAfter } = times;
  const least = sideload ? Math.ceil(contacts / 100) : contacts * 2;
  // Nobody can be done before the last delivery came, nor before the calls were allowed.
  const bound = Math.max(sentAfter, least / callsPerSecond);
  const verdict = (ratio: number, aim: number) =>
    `${ratio.toFixed(2)}${ratio > aim ? `  misses the aim of ${aim}` : ""}`;
  console.log(`CRM calls ${calls}, the least possible ${least}: ${verdict(calls / least, aims.calls)}`);
  console.log(
    `converged after ${convergedAfter.toFixed(1)} s (all collected after ${collectedAfter.toFixed(1)} s), the bound is ${bound.toFixed(1)} s: ` +
      verdict(convergedAfter / bound, aims.converge),
  );
  const statuses = await sql`select status, count(*)::int as count from outcomes group by 1 order by 2 desc`;
  console.log(`outcomes: ${statuses.map(({ status, count }) => `${count} ${status}`).join(", ")}`);
}

/** What the calls were: an account also tells its tags and fields, and a call may carry less than a hundred contacts. */
function tellCalls(before: Record<string, number>, after: Record<string, number>): void {
  const made = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  const told = made.filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
  console.log(`CRM calls by kind: ${told.join(", ")}`);
}

/** Resident memory of the process tree but the database, once a second. */
function watchMemory(pid: number): { stop(): Promise<number[]> } {
  const seen: number[] = [];
  let stopping = false;
  const watching = (async () => {
    while (!stopping) {
      seen.push(await residentMb(pid));
      await sleep(1_000);
    }
  })();
  return {
    async stop() {
      stopping = true;
      await watching;
      return seen;
    },
  };
}

function tellMemory(seen: number[]): void {
  const most = Math.max(...seen);
  const points = Array.from({ length: 8 }, (_, at) => seen[Math.floor((at * (seen.length - 1)) / 7)] ?? 0);
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
  const half = Math.floor(seen.length / 2);
  // The first seconds warm up; after them memory should only breathe.
  const growth = mean(seen.slice(half)) / mean(seen.slice(Math.floor(seen.length / 8), half));
  console.log(
    `resident memory over time ${points.map((mb) => Math.round(mb)).join(", ")} MB; ${Math.round(most)} MB at most` +
      `${most > aims.residentMb ? `  misses the aim of ${aims.residentMb} MB` : ""}; second half to first ${growth.toFixed(2)}` +
      `${growth > aims.growth ? "  not flat" : ""}`,
  );
}
