import { eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { connections } from "#db/schema/connections.ts";
import { floods } from "#db/schema/floods.ts";
import type { Flood, FloodQuery } from "../api/flood-shapes.ts";
import { crms } from "../crm/registry.ts";
import { callsFor, contactsPerSecond } from "../sync/flood-pace.ts";
import type { ConnectionRow } from "../sync/open-connection.ts";
import { callsLeft, callsSpent } from "./calls-left.ts";
import { pageOf, readCursor } from "./cursor.ts";
import { notFound } from "./not-found.ts";

type FloodRow = typeof floods.$inferSelect;
type Joined = { flood: FloodRow; connection: ConnectionRow | null };

const openFirst = sql`(${floods.closedAt} is null) desc, ${floods.id} desc`;

/** Floods and batches, those with work left first, then the newest first. */
export async function listFloods(
  db: Db,
  { connection, open, cursor, limit }: FloodQuery,
): Promise<{ items: Flood[]; nextCursor: string | null }> {
  const conditions: SQL[] = [
    ...(connection ? [eq(floods.connectionId, connection)] : []),
    ...(open
      ? [open === "true" ? sql`${floods.closedAt} is null` : sql`${floods.closedAt} is not null`]
      : []),
    ...(cursor ? [after(readCursor(cursor))] : []),
  ];
  const rows = await selectFloods(db)
    .where(sql.join([sql`true`, ...conditions], sql` and `))
    .orderBy(openFirst)
    .limit(limit + 1);
  return pageOf(await withBudgets(db, rows), limit);
}

/** One flood or batch. */
export async function getFlood(db: Db, id: string): Promise<Flood> {
  const [found] = await withBudgets(db, await selectFloods(db).where(eq(floods.id, id)));
  if (!found) throw notFound("flood");
  return found;
}

const selectFloods = (db: Db) =>
  db
    .select({ flood: floods, connection: connections })
    .from(floods)
    .leftJoin(connections, eq(connections.id, floods.connectionId));

const after = (id: string): SQL => sql`(${floods.closedAt} is null, ${floods.id}) <
  (select last.closed_at is null, last.id from ${floods} as last where last.id = ${id})`;

async function withBudgets(db: Db, rows: Joined[]): Promise<Flood[]> {
  const spent = await callsSpent(db);
  return rows.map(({ flood, connection }) =>
    floodJson(flood, connection, connection && callsLeft(connection, spent).today),
  );
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const dayMs = 86_400_000;

function floodJson(row: FloodRow, connection: ConnectionRow | null, callsLeftToday: number | null): Flood {
  const pace = connection ?? { sideload: "unknown" as const, callsPerSecond: 1, callsPerMinute: null };
  const needed = callsFor(pace, row.contactsLeft);
  return {
    id: row.id,
    kind: row.kind,
    connectionId: row.connectionId,
    connectionName: connection?.name ?? null,
    kindLabel: connection ? crms[connection.kind].label : null,
    state: row.state,
    taking: row.endedAt === null,
    openedAt: row.openedAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    startsAt: iso(row.dueAt),
    endedAt: iso(row.endedAt),
    closedAt: iso(row.closedAt),
    thresholdPerMinute: row.threshold,
    ratePerMinute: row.rate,
    peakPerMinute: row.peak,
    deliveries: row.deliveries,
    contacts: row.contacts,
    contactsLeft: row.contactsLeft,
    counts: {
      waiting: row.waiting,
      running: row.running,
      held: row.held,
      done: row.done,
      failed: row.failed,
      dropped: row.dropped,
    },
    countedAt: iso(row.countedAt),
    callsNeeded: callsFor(pace, row.contacts),
    callsLeft: needed,
    callsPerSecond: pace.callsPerSecond,
    callsPerMinute: pace.callsPerMinute,
    callsLeftToday,
    contactsPerSecond: row.speed,
    etaSeconds: etaOf(row, contactsPerSecond(pace), callsLeftToday !== null && needed > callsLeftToday),
    pausedUntil: row.pausedUntil && row.pausedUntil.getTime() > Date.now() ? iso(row.pausedUntil) : null,
    decision:
      row.decision && row.decidedAt
        ? { choice: row.decision, by: row.actor, reason: row.reason, at: row.decidedAt.toISOString() }
        : null,
  };
}

/** The rest at the slower of the account's limit and the measured speed, after whatever has to be waited for. */
function etaOf(row: FloodRow, allowed: number, outlivesDay: boolean): number | null {
  if (row.closedAt || row.state === "held" || row.state === "dropped" || row.contactsLeft === 0) return null;
  const now = Date.now();
  const untilMs = Math.max(0, ...[row.dueAt, row.pausedUntil].map((at) => (at?.getTime() ?? now) - now));
  const speed = row.speed === null || row.speed === 0 ? allowed : Math.min(allowed, row.speed);
  const untilMidnight = outlivesDay ? (dayMs - (now % dayMs)) / 1000 : 0;
  return Math.ceil(untilMs / 1000 + untilMidnight + row.contactsLeft / speed);
}
