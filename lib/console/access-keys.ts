import { eq, inArray, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { accessKeys, connections } from "#db/schema/connections.ts";
import type { AccessKey } from "../api/key-shapes.ts";
import { dialects, type UrlAction, urlActions } from "../words.ts";
import { notFound } from "./not-found.ts";

type KeyRow = typeof accessKeys.$inferSelect;
type Uses = { keyId: string; day: string; uses: number };
type CallerRow = {
  keyId: string;
  address: string;
  dialect: string;
  action: string;
  uses: number;
  lastAt: string;
};

/** Access keys, newest first, with their uses of the last 7 days and, for one that is being replaced, its callers. */
export async function listAccessKeys(
  db: Db,
  { connection }: { connection?: string } = {},
): Promise<{ items: AccessKey[]; nextCursor: null }> {
  return {
    items: await loadKeys(db, connection ? eq(accessKeys.connectionId, connection) : sql`true`),
    nextCursor: null,
  };
}

/** One access key. */
export async function getAccessKey(db: Db, id: string): Promise<AccessKey> {
  const [key] = await loadKeys(db, eq(accessKeys.id, id));
  if (!key) throw notFound("access key");
  return key;
}

async function loadKeys(db: Db, where: ReturnType<typeof eq>): Promise<AccessKey[]> {
  const rows = await db
    .select({ row: accessKeys, connectionName: connections.name })
    .from(accessKeys)
    .innerJoin(connections, eq(connections.id, accessKeys.connectionId))
    .where(where)
    .orderBy(sql`${accessKeys.id} desc`);
  const now = Date.now();
  const ids = rows.map(({ row }) => row.id);
  const rotating = rows.filter(({ row }) => stateOf(row, now) === "rotating").map(({ row }) => row.id);
  const [uses, callers] = await Promise.all([loadUses(db, ids), loadCallers(db, rotating)]);
  return rows.map(({ row, connectionName }) => keyJson(row, connectionName, now, uses, callers));
}

const stateOf = ({ revokedAt, expiresAt, replacedBy }: KeyRow, now: number): AccessKey["state"] => {
  if (revokedAt) return "revoked";
  if (expiresAt && expiresAt.getTime() <= now) return "expired";
  return replacedBy ? "rotating" : "active";
};

function keyJson(
  row: KeyRow,
  connectionName: string,
  now: number,
  uses: Uses[],
  callers: CallerRow[],
): AccessKey {
  const { hash: _, expiresAt, revokedAt, lastUsedAt, createdAt, actions, ...open } = row;
  const usesByDay = uses
    .filter((use) => use.keyId === row.id)
    .map(({ day, uses: count }) => ({ day, uses: count }));
  return {
    ...open,
    actions: actions && urlActions.filter((action) => actions.includes(action)),
    connectionName,
    state: stateOf(row, now),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    usesByDay,
    uses7d: usesByDay.reduce((sum, { uses: count }) => sum + count, 0),
    callers: callers
      .filter((caller) => caller.keyId === row.id)
      .map(({ keyId: __, dialect, lastAt, ...caller }) => ({
        ...caller,
        dialect: dialects.find((known) => known === dialect) ?? "rollcall",
        lastAt: new Date(lastAt).toISOString(),
      })),
  };
}

/** Uses of the last seven days (UTC), a row for each day, also for those without any. */
async function loadUses(db: Db, ids: string[]): Promise<Uses[]> {
  if (ids.length === 0) return [];
  return db.execute<Uses>(sql`
    select k.id as "keyId", days.at::date::text as day, coalesce(u.uses, 0)::int as uses
    from ${accessKeys} k
    cross join generate_series((now() at time zone 'UTC')::date - 6, (now() at time zone 'UTC')::date, '1 day') as days(at)
    left join key_uses u on u.key_id = k.id and u.day = days.at::date
    where ${inArray(sql`k.id`, ids)} order by k.id, days.at`);
}

/** Who called with keys that are being replaced, in the last 7 days: what the owner still has to change. */
async function loadCallers(db: Db, ids: string[]): Promise<CallerRow[]> {
  if (ids.length === 0) return [];
  return db.execute<CallerRow>(sql`
    select d.key_id as "keyId", d.remote_address as address, d.dialect, d.action, count(*)::int as uses,
      max(d.received_at) as "lastAt"
    from outcomes o join deliveries d on d.id = o.delivery_id
    where ${inArray(sql`o.key_id`, ids)} and o.delivery_id >= uuid_v7_floor(now() - interval '7 days')
      and d.received_at >= coalesce((select n.created_at from access_keys k
        join access_keys n on n.id = k.replaced_by where k.id = d.key_id), now())
    group by 1, 2, 3, 4 order by uses desc limit 100`);
}

/** The URLs of a key for the actions it allows: Rollcall's own, and the form that WP Fusion's webhooks have. */
export function keyUrls(origin: string, key: string, allowed: readonly UrlAction[] | null) {
  const made = urlActions.filter((action) => allowed === null || allowed.includes(action));
  const own = made.map((action) => [action, `${origin}/hooks/${key}/${action}`]);
  const wpFusion = made.map((action) => [action, `${origin}/?wpf_action=${action}&access_key=${key}`]);
  return { ...Object.fromEntries(own), wpFusion: Object.fromEntries(wpFusion) };
}
