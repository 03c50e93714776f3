import { databaseWork, type Work } from "./database-work.ts";
import { automationBody, closedLoop } from "./load.ts";
import type { Rollcall } from "./rollcall.ts";
import { collected, type World } from "./world.ts";

const ingestAim = 0.9;

/** A log that webhooks are sent to: the server before it, and a key of it. */
export type Taker = { world: World; rollcall: Rollcall; key: string };

type Ingest = Work & { answered: number; collected: number; deliveries: number };

/**
 * Sends webhooks to an empty log and to a full one by turns, so that what else the machine does meets both, and says how
 * the rates compare and what a delivery costs the database.
 */
export async function compareIngest(
  empty: Taker,
  full: Taker,
  seconds: number,
  turns: number,
): Promise<void> {
  const seen: Record<"empty" | "full", Ingest[]> = { empty: [], full: [] };
  // After a checkpoint each page is logged whole when it is first written to, which a server that runs has behind it.
  for (const side of [empty, full]) await ingest(side, seconds);
  for (let turn = 0; turn < turns; turn++) {
    seen.empty.push(await ingest(empty, seconds));
    seen.full.push(await ingest(full, seconds));
  }
  const sum = (side: Ingest[], what: keyof Ingest) =>
    side.reduce((total, one) => total + (one[what] ?? 0), 0);
  for (const what of ["answered", "collected"] as const) {
    const [at, base] = [sum(seen.full, what), sum(seen.empty, what)];
    const ratio = at / base;
    console.log(
      `${what.padEnd(10)}${Math.round(at / turns)}/s against ${Math.round(base / turns)}/s with an empty log: ${ratio.toFixed(2)}, aim ${ingestAim}  ${ratio < ingestAim ? "miss" : "pass"}`,
    );
  }
  for (const side of ["empty", "full"] as const) {
    const each = (what: "walBytes" | "fullPages" | "cpuMs") =>
      (sum(seen[side], what) / sum(seen[side], "deliveries")).toFixed(what === "walBytes" ? 0 : 2);
    console.log(
      `a delivery in the ${side.padEnd(5)} log: ${each("walBytes")} bytes of write-ahead log (${each("fullPages")} whole pages), ${each("cpuMs")} ms of processor in PostgreSQL`,
    );
  }
}

/** Deliveries a second that the door answers, and that are in the log once the last of them is collected. */
async function ingest({ world, rollcall, key }: Taker, seconds: number): Promise<Ingest> {
  const bodies = Array.from({ length: 1_000 }, (_, at) => automationBody(at + 1));
  const before = await databaseWork(world.sql);
  const [now] = await world.sql<{ since: string }[]>`select uuid_v7_floor(clock_timestamp()) as since`;
  const measured = await closedLoop(`${rollcall.url}/hooks/${key}/update`, 32, seconds, bodies);
  await collected(world);
  const after = await databaseWork(world.sql);
  const [row] = await world.sql<{ speed: number; count: number }[]>`
    select count(*)::int as count,
      count(*) / extract(epoch from max(collected_at) - min(received_at))::float8 as speed
    from outcomes where delivery_id >= ${now?.since ?? ""}::uuid`;
  return {
    answered: measured.perSecond,
    collected: row?.speed ?? 0,
    deliveries: row?.count ?? 0,
    walBytes: after.walBytes - before.walBytes,
    fullPages: after.fullPages - before.fullPages,
    cpuMs: after.cpuMs === null || before.cpuMs === null ? null : after.cpuMs - before.cpuMs,
  };
}
