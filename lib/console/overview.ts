import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { DeliveryCounts } from "../api/delivery-shapes.ts";
import type { Overview } from "../api/overview-shapes.ts";
import { uuidv7Floor } from "../ids.ts";
import { type Hop, hops, type Status, statuses } from "../words.ts";
import { readBacklog } from "./backlog.ts";
import { countDeliveries } from "./delivery-counts.ts";
import { listFloods } from "./floods.ts";
import { readNeedsPerson } from "./needs-person.ts";
import { readNeedsPersonAtSites } from "./needs-person-sites.ts";
import { readConnectionPulse } from "./overview-connections.ts";

const dayMs = 24 * 3600 * 1000;
/** The newest deliveries tell how fast it is now; a whole day of a busy site would take seconds to sort. */
const sample = 1_000;

/** What happened in the last 24 hours, what needs a person, and how the connections are. */
export async function getOverview(db: Db): Promise<Overview> {
  const from = new Date(Date.now() - dayMs);
  const counting = countDeliveries(db, { from: from.toISOString() });
  const countingFloods = readFloods(db, from);
  const [counts, floods, ack, sync, backlog, line, needsPerson, atSites, healing, connections, any] =
    await Promise.all([
      counting,
      countingFloods,
      readAck(db, from),
      readSync(db, from),
      readBacklog(db),
      readLine(db, from, counting, countingFloods),
      readNeedsPerson(db, from),
      readNeedsPersonAtSites(db),
      readHealing(db),
      readConnectionPulse(db),
      db.execute(sql`select from deliveries limit 1`),
    ]);
  return {
    counts,
    floods,
    ack,
    sync,
    backlog: { waiting: backlog.queued + backlog.running, oldestDueSeconds: backlog.oldestDueSeconds },
    line,
    needsPerson: [...needsPerson, ...atSites].sort((a, b) => b.count - a.count),
    healing,
    connections,
    hasDeliveries: any.length > 0,
  };
}

type Percentiles = { p50: number | null; p99: number | null };
const percentiles = sql.raw(`percentile_cont(0.5) within group (order by ms) as p50,
  percentile_cont(0.99) within group (order by ms) as p99`);

async function readAck(db: Db, from: Date): Promise<Percentiles> {
  const [row] = await db.execute<Percentiles>(sql`
    select ${percentiles} from (
      select extract(epoch from c.answered_at - d.received_at)::float8 * 1000 as ms
      from deliveries d join commits c on c.id = d.commit_id
      where d.id >= ${uuidv7Floor(from)}::uuid order by d.id desc limit ${sample}) as recent`);
  return row ?? { p50: null, p99: null };
}

async function readSync(db: Db, from: Date): Promise<Percentiles> {
  const [row] = await db.execute<Percentiles>(sql`
    select ${percentiles} from (
      select sync_ms::float8 as ms from outcomes
      where delivery_id >= ${uuidv7Floor(from)}::uuid and sync_ms is not null and flood_id is null
      order by delivery_id desc limit ${sample}) as recent`);
  return row ?? { p50: null, p99: null };
}

const stillOnTheWay: readonly Status[] = ["queued", "running"];

/** What came as part of floods and batches, and those that still have work left: a flood must not hide the day. */
async function readFloods(db: Db, from: Date): Promise<Overview["floods"]> {
  const [rows, open] = await Promise.all([
    db.execute<{ status: Status; count: number }>(sql`
      select status, count(*)::int as count from outcomes
      where flood_id is not null and delivery_id >= ${uuidv7Floor(from)}::uuid group by 1`),
    listFloods(db, { open: "true", limit: 20 }),
  ]);
  const counted = new Map(rows.map(({ status, count }) => [status, count]));
  const byStatus = Object.fromEntries(statuses.map((status) => [status, counted.get(status) ?? 0]));
  return {
    total: rows.reduce((sum, { count }) => sum + count, 0),
    // fromEntries forgets the names, which are all statuses.
    byStatus: byStatus as Record<Status, number>,
    open: open.items,
  };
}

/** Where these stand follows from what they are: the index of statuses has their number. */
const standing: Partial<Record<Status, Hop>> = {
  rejected: "door",
  unreadable: "door",
  queued: "queue",
  held: "queue",
  duplicate: "queue",
  filtered: "queue",
  synced: "sites",
  partly_synced: "sites",
};
const elsewhere = statuses.filter((status) => !(status in standing));

/**
 * Each delivery outside of floods stands at one hop: it passed those before it, and left the line there unless it is on
 * its way. What is partly synced passed the member and not the sites.
 */
async function readLine(
  db: Db,
  from: Date,
  counts: Promise<DeliveryCounts>,
  floods: Promise<Overview["floods"]>,
): Promise<Overview["line"]> {
  const found = await db.execute<{ hop: Hop; status: Status; count: number }>(sql`
    select hop, status, count(*)::int as count from outcomes
    where delivery_id >= ${uuidv7Floor(from)}::uuid and flood_id is null and status in ${elsewhere} group by 1, 2`);
  const [all, inFloods] = [(await counts).byStatus, (await floods).byStatus];
  const rows = [...found];
  for (const status of statuses) {
    const hop = standing[status];
    const count = all[status] - inFloods[status];
    if (hop && count > 0) rows.push({ hop, status, count });
  }
  return hops.map((hop, index) => ({
    hop,
    passed: rows
      .filter((row) => row.status === "synced" || hops.indexOf(row.hop) > index)
      .reduce((sum, row) => sum + row.count, 0),
    left: rows
      .filter((row) => row.hop === hop && !stillOnTheWay.includes(row.status) && row.status !== "synced")
      .map(({ status, count }) => ({ status, count })),
  }));
}

/** What is tried again by itself, in two looks: each has an index of few rows. */
async function readHealing(db: Db): Promise<Overview["healing"]> {
  const [row] = await db.execute<{ count: number; at: string | null }>(sql`
    select sum(count)::int as count, min(at) as at from (
      select count(*) as count, min(next_retry_at) as at from outcomes where status = 'failed'
      union all
      select count(*), min(next_retry_at) from outcomes
      where status = 'partly_synced' and next_retry_at is not null) as looks`);
  return { count: row?.count ?? 0, nextRetryAt: row?.at ? new Date(row.at).toISOString() : null };
}
