import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { DeliveryCounts, DeliveryFilter } from "../api/delivery-shapes.ts";
import { uuidv7Floor } from "../ids.ts";
import { type Status, statuses } from "../words.ts";
import {
  fromWaiting,
  oldestWaiting,
  type Selection,
  waitingStatus,
  whereCollected,
} from "./delivery-filter.ts";

const dayMs = 24 * 3600 * 1000;
const sliceSeconds = [
  1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 604_800,
];
const mostSlices = 97;

type Bucket = DeliveryCounts["buckets"][number];
type Group = Exclude<keyof Bucket, "at">;

const groupOf: Record<Status, Group> = {
  synced: "synced",
  skipped: "nothing",
  duplicate: "nothing",
  filtered: "nothing",
  queued: "waiting",
  running: "waiting",
  held: "waiting",
  partly_synced: "waiting",
  failed: "failed",
  dead: "failed",
  rejected: "failed",
  unreadable: "failed",
};

/** Totals by status and about 90 equal slices of the range, which is the last 24 hours unless the filter says. */
export async function countDeliveries(db: Db, filter: DeliveryFilter): Promise<DeliveryCounts> {
  const to = filter.to ? new Date(filter.to).getTime() : Date.now();
  const from = filter.from ? new Date(filter.from).getTime() : to - dayMs;
  const bucketSeconds = sliceFor((to - from) / 1000);
  const start = Math.floor(from / 1000 / bucketSeconds) * bucketSeconds;
  const range = { ...filter, from: new Date(from).toISOString() };
  const edges = edgesOf(from, to, start, bucketSeconds);
  const oldest = await oldestWaiting(db);
  const parts = [isPlain(filter) ? byIndex(range, edges) : byRows(range, start, bucketSeconds)];
  if (oldest !== null) parts.push(stillWaiting(range, oldest, start, bucketSeconds));
  const rows = await db.execute<CountRow>(sql.join(parts, sql` union all `));

  const stuck = await countStuck(db, range);

  const byStatus = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
  const slices = edges.length - 1;
  const buckets: Bucket[] = Array.from({ length: slices }, (_, index) => ({
    at: new Date((start + index * bucketSeconds) * 1000).toISOString(),
    synced: 0,
    nothing: 0,
    waiting: 0,
    failed: 0,
  }));
  for (const { slice, status, count } of rows) {
    byStatus[status] += count;
    const bucket = buckets[Math.min(Math.max(slice, 0), slices - 1)];
    if (bucket) bucket[groupOf[status]] += count;
  }
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const end = new Date(to).toISOString();
  return { total, byStatus, stuck, buckets, bucketSeconds, from: range.from, to: end };
}

/** What is right here and wrong at a site until a person helps: a status alone does not say so. */
async function countStuck(db: Db, filter: Selection): Promise<number> {
  if (filter.next === "planned" || filter.status?.includes("partly_synced") === false) return 0;
  const [row] = await db.execute<{ count: number }>(sql`select count(*)::int as count from outcomes o
    where ${whereCollected({ ...filter, status: ["partly_synced"], next: "none" })}`);
  return row?.count ?? 0;
}

const sliceFor = (rangeSeconds: number): number =>
  sliceSeconds.find((seconds) => rangeSeconds / seconds <= mostSlices) ??
  Math.ceil(rangeSeconds / mostSlices);

/** Where the slices of a range begin, in milliseconds, and where the last of them ends. */
function edgesOf(from: number, to: number, start: number, seconds: number): number[] {
  const slices = Math.max(1, Math.ceil((to / 1000 - start) / seconds));
  const between = Array.from({ length: slices - 1 }, (_, index) => (start + (index + 1) * seconds) * 1000);
  return [from, ...between, Math.max(from, to)];
}

type CountRow = { slice: number; status: Status; count: number };

const isPlain = ({ from: _, to: __, status: ___, ...rest }: DeliveryFilter): boolean =>
  Object.values(rest).every((value) => value === undefined);

/** Without other filters the index of statuses alone has the answer: ids begin with the time they were made. */
function byIndex(range: Selection, edges: number[]): SQL {
  const floors = edges.map((at) => uuidv7Floor(new Date(at)));
  // A range that is open at its end takes what comes from clocks ahead of this one.
  if (!range.to) floors[floors.length - 1] = lastId;
  const list = (values: readonly string[]) => sql`string_to_array(${values.join(",")}, ',')`;
  return sql`(
    select (n - 1)::int as slice, of.status, c.count
    from unnest(${list(floors.slice(0, -1))}::uuid[], ${list(floors.slice(1))}::uuid[]) with ordinality as edge(low, high, n)
      cross join unnest(${list(range.status ?? statuses)}) as of(status)
      cross join lateral (select count(*)::int as count from outcomes o
        where o.status = of.status and o.delivery_id >= edge.low and o.delivery_id < edge.high) as c
    where c.count > 0)`;
}

const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

const sliceOf = (at: SQL, start: number, seconds: number): SQL =>
  sql`floor((extract(epoch from ${at}) - ${start}::float8) / ${seconds}::float8)::int`;

const byRows = (range: Selection, start: number, seconds: number): SQL => sql`(
  select ${sliceOf(sql`o.received_at`, start, seconds)} as slice, o.status, count(*)::int as count
  from outcomes o where ${whereCollected(range)} group by 1, 2)`;

const stillWaiting = (range: Selection, oldest: string, start: number, seconds: number): SQL => sql`(
  select ${sliceOf(sql`d.received_at`, start, seconds)}, ${waitingStatus}, count(*)::int
  from ${fromWaiting(range, oldest)} group by 1, 2)`;
