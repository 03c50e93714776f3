import { eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { arrivals, silences } from "#db/schema/alerts.ts";
import { connections } from "#db/schema/connections.ts";
import { lastDeliveryAt } from "../console/last-delivery.ts";
import { uuidv7Floor } from "../ids.ts";
import { readLimits } from "./alerts/limits.ts";
import { binMinutes, judgeSilence } from "./usual.ts";

const dayMs = 24 * 3600 * 1000;
/** How far back a connection's idea of usual reaches. */
const memoryMs = 28 * dayMs;
/** Deliveries may be collected this much later than they came; their ten minutes are counted again. */
const lateMs = 30 * 60_000;

/**
 * Counts what came lately, and notes which connections are silent for longer than is usual for them, or no longer.
 * Running it twice at once does the same work twice and changes nothing.
 */
export async function watchSilence(db: Db, now = new Date()): Promise<void> {
  await countArrivals(db, now);
  const { silenceMinutes } = await readLimits(db);
  const rows = await db.select({ id: connections.id, lastAt: lastDeliveryAt }).from(connections);
  for (const { id, lastAt } of rows) {
    const since = lastAt ? new Date(lastAt) : null;
    const verdict = since
      ? await judge(db, id, { since, now, leastMs: silenceMinutes * 60_000 })
      : { silent: false as const };
    if (since && verdict.silent && !(await waitsInInbox(db, id))) {
      const values = { since, usual: verdict.usual };
      await db
        .insert(silences)
        .values({ connectionId: id, noticedAt: now, ...values })
        .onConflictDoUpdate({ target: silences.connectionId, set: values });
    } else await db.delete(silences).where(eq(silences.connectionId, id));
  }
}

async function judge(
  db: Db,
  connectionId: string,
  { since, now, leastMs }: { since: Date; now: Date; leastMs: number },
) {
  const rows = await db
    .select({ at: arrivals.at, count: arrivals.count })
    .from(arrivals)
    .where(eq(arrivals.connectionId, connectionId))
    .orderBy(arrivals.at);
  const seen = rows.map(({ at, count }) => ({ atMs: at.getTime(), count }));
  return judgeSilence(seen, since.getTime(), now.getTime(), leastMs);
}

/** Counts each ten minutes since the last that was counted, and forgets what is older than four weeks. */
async function countArrivals(db: Db, now: Date): Promise<void> {
  const oldest = new Date(now.getTime() - memoryMs);
  const [last] = await db.execute<{ at: string | null }>(sql`select max(at) as at from arrivals`);
  const again = last?.at ? new Date(new Date(last.at).getTime() - lateMs) : oldest;
  const from = again > oldest ? again : oldest;
  await db.execute(sql`
    insert into arrivals (connection_id, at, count)
    select o.connection_id, date_bin(${binMinutes} * interval '1 minute', o.received_at, 'epoch') as bin, count(*)
    from outcomes o join connections c on c.id = o.connection_id
    where o.delivery_id >= ${uuidv7Floor(from)}::uuid
      and o.received_at >= date_bin(${binMinutes} * interval '1 minute', ${from.toISOString()}::timestamptz, 'epoch')
        + ${binMinutes} * interval '1 minute'
    group by 1, 2
    on conflict (connection_id, at) do update set count = greatest(arrivals.count, excluded.count)`);
  await db.execute(sql`delete from arrivals where at < ${oldest.toISOString()}::timestamptz`);
}

/** Whether something of this connection came and is not collected yet. */
async function waitsInInbox(db: Db, connectionId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    select from inbox i cross join unnest(i.delivery_ids) as d(id) join deliveries on deliveries.id = d.id
    where deliveries.connection_id = ${connectionId} limit 1`);
  return rows.length > 0;
}
