import { getTableColumns, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { breakers } from "#db/schema/guards.ts";
import { log } from "../log.ts";

/** So many failures in a row open a breaker. */
const failuresToOpen = 5;
/** How long calls rest before one is let through, in seconds: longer with every probe that fails. */
const restsSeconds = [10, 20, 40, 80, 160, 300];
/** A probe that has not been heard of for so long may be followed by another. */
const probeSeconds = 60;
/** How long a closed breaker is believed without looking again. Only closed ones are remembered. */
const believedMs = 500;

/** Why calls rest, and the earliest moment at which one may be let through. */
export type Rest = { key: string; reason: string; detail: string | null; until: Date };

/**
 * A breaker as alerts, metrics and pages read it. `failures` are those in a row, `trips` the openings since it was last
 * closed; `openedAt`, `probeAt`, `reason` and `detail` are null while it is closed.
 */
export type BreakerState = {
  key: string;
  state: "closed" | "open" | "half_open";
  reason: string | null;
  detail: string | null;
  failures: number;
  trips: number;
  openedAt: Date | null;
  probeAt: Date | null;
};

const believed = new Map<string, { until: number; failures: number }>();
const isBelieved = (key: string) => (believed.get(key)?.until ?? 0) > performance.now();

type Row = Omit<Rest, "until"> & { until: string; due: boolean; failures: number; open: boolean };

async function readOpen(db: Db, keys: readonly string[]): Promise<(Rest & { due: boolean })[]> {
  const rows = await db.$client<Row[]>`
    select key, failures, reason, detail, opened_at is not null as open, greatest(probe_at, probe_ends_at) as until,
      greatest(probe_at, probe_ends_at) <= clock_timestamp() as due
    from breakers where key in ${db.$client([...keys])} order by until desc`;
  for (const key of keys) {
    const row = rows.find((one) => one.key === key);
    if (!row?.open)
      believed.set(key, { until: performance.now() + believedMs, failures: row?.failures ?? 0 });
  }
  return rows.filter((row) => row.open).map((row) => ({ ...row, until: new Date(row.until) }));
}

/** Why calls behind these breakers rest right now; null when one may be made, be it as a probe. */
export async function restOf(db: Db, keys: readonly string[]): Promise<Rest | null> {
  if (keys.every(isBelieved)) return null;
  return (await readOpen(db, keys)).find((row) => !row.due) ?? null;
}

/**
 * Asks to make one call behind these breakers. Closed ones let everybody through. Where the rest of an open one is
 * over, one caller over all processes gets through as the probe, and reports with `probe`; the others rest.
 */
export async function passBreakers(
  db: Db,
  keys: readonly string[],
): Promise<{ rest: null; probe: boolean } | { rest: Rest }> {
  if (keys.every(isBelieved)) return { rest: null, probe: false };
  const open = await readOpen(db, keys);
  const resting = open.find((row) => !row.due);
  if (resting) return { rest: resting };
  const [first] = open;
  if (!first) return { rest: null, probe: false };
  const taken = await db.$client`
    update breakers set probe_ends_at = clock_timestamp() + ${probeSeconds} * interval '1 second'
    where key in ${db.$client(open.map((row) => row.key))} and greatest(probe_at, probe_ends_at) <= clock_timestamp()
    returning key`;
  if (taken.length > 0) return { rest: null, probe: true };
  return { rest: { ...first, until: new Date(Date.now() + probeSeconds * 1000) } };
}

/**
 * Counts a failure. The fifth in a row opens the breaker, or the first with `atOnce`; the failure of a probe lets calls
 * rest longer. Says how long they rest, null while the breaker is closed.
 */
export async function noteFailure(
  db: Db,
  key: string,
  failure: { reason: string; detail: string | null; probe: boolean; atOnce?: boolean },
): Promise<Rest | null> {
  const { reason, detail, probe, atOnce = false } = failure;
  const sql = db.$client;
  const least = atOnce ? 1 : failuresToOpen;
  const rests = sql.array([...restsSeconds]);
  const trips = sql`case when b.opened_at is null then b.failures + 1 >= ${least}::int else ${probe}::boolean end`;
  const [row] = await sql<{ until: string | null; trips: number }[]>`
    insert into breakers as b (key, failures, trips, reason, detail, opened_at, probe_at)
    values (${key}, 1, ${atOnce ? 1 : 0}, ${reason}, ${detail}, case when ${atOnce}::boolean then clock_timestamp() end,
      case when ${atOnce}::boolean then clock_timestamp() + ${restsSeconds[0] ?? 0} * interval '1 second' end)
    on conflict (key) do update set failures = b.failures + 1,
      trips = b.trips + (${trips})::int,
      reason = case when b.opened_at is null or ${trips} then excluded.reason else b.reason end,
      detail = case when b.opened_at is null or ${trips} then excluded.detail else b.detail end,
      opened_at = case when ${trips} then coalesce(b.opened_at, clock_timestamp()) else b.opened_at end,
      probe_at = case when ${trips} then clock_timestamp() + interval '1 second'
        * (${rests}::int[])[least(b.trips + 1, ${restsSeconds.length})] else b.probe_at end,
      probe_ends_at = case when ${trips} then null else b.probe_ends_at end
    returning probe_at as until, trips`;
  believed.delete(key);
  if (!row?.until) return null;
  log.warn({ breaker: key, reason, detail, trips: row.trips, until: row.until }, "breaker.open");
  return { key, reason, detail, until: new Date(row.until) };
}

/** Counts a success: failures in a row begin anew, and the success of a probe closes what was open. */
export async function noteSuccess(
  db: Db,
  keys: readonly string[],
  { probe }: { probe: boolean },
): Promise<void> {
  if (!probe && keys.every((key) => isBelieved(key) && believed.get(key)?.failures === 0)) return;
  await reset(db, keys, probe);
}

/** Closes breakers because it is known otherwise that calls work again, and asks for what waits to be let go. */
export const closeBreakers = (tx: Tx, keys: readonly string[]): Promise<void> => reset(tx, keys, true);

async function reset(tx: Tx, keys: readonly string[], evenOpen: boolean): Promise<void> {
  const closed = await tx.execute<{ key: string }>(sql`
    update breakers set failures = 0, trips = 0, reason = null, detail = null, opened_at = null, probe_at = null,
      probe_ends_at = null, closed_at = case when opened_at is null then closed_at else clock_timestamp() end,
      releasing = case when opened_at is null then releasing else clock_timestamp() end
    where key in ${[...keys]} and failures > 0 and (opened_at is null or ${evenOpen}) returning key`);
  for (const { key } of closed) believed.delete(key);
  if (closed.length > 0) log.info({ breakers: closed.map((row) => row.key) }, "breaker.closed");
}

/** Every breaker that was ever needed, by key. */
export async function readBreakers(db: Db): Promise<BreakerState[]> {
  const { probeEndsAt, releasing: _, closedAt: __, ...columns } = getTableColumns(breakers);
  const state = sql<BreakerState["state"]>`case when ${breakers.openedAt} is null then 'closed'
    when ${probeEndsAt} > clock_timestamp() then 'half_open' else 'open' end`;
  return db
    .select({ ...columns, state })
    .from(breakers)
    .orderBy(breakers.key);
}
