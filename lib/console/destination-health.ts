import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { DestinationHealth } from "../api/destination-shapes.ts";
import { uuidv7Floor } from "../ids.ts";
import { type EveryoneRow, readEveryones } from "../push/everyone.ts";
import {
  breakerOf,
  budgetOf,
  type DestinationRow,
  kindNamed,
  openSecrets,
} from "../push/open-destination.ts";
import { readBreakers } from "../queue/breaker.ts";
import { explain, type ReasonCode } from "../reasons.ts";
import { everyoneJson } from "./everyone-json.ts";
import { iso, isoOrNull } from "./reconcile-words.ts";

const dayMs = 24 * 3600 * 1000;
const paceMinutes = 5;

/** How destinations are right now, by id. */
export async function readHealth(
  db: Db,
  rows: readonly DestinationRow[],
): Promise<Map<string, DestinationHealth>> {
  if (rows.length === 0) return new Map();
  const ids = `{${rows.map(({ id }) => id).join(",")}}`;
  const [backlogs, results, lasts, calls, breakers, everyones] = await Promise.all([
    readBacklogs(db, ids),
    readResults(db, ids),
    readLasts(db, ids),
    readCalls(db, rows),
    readBreakers(db),
    lastEveryones(db, ids),
  ]);
  const healthOf = (row: DestinationRow): DestinationHealth => {
    const site = kindNamed(row.kind).siteName(row.settings);
    const { oldestDueAt, ...backlog } = backlogs.get(row.id) ?? noBacklog;
    const { recent, ...last24Hours } = results.get(row.id) ?? noResults;
    const { used, pausedUntil } = calls.get(budgetOf(row.id)) ?? { used: 0, pausedUntil: null };
    const last = lasts.get(row.id);
    const everyone = everyones.get(row.id);
    const pushesPerMinute = recent / paceMinutes;
    const waiting = backlog.waiting + backlog.running;
    const measured = pushesPerMinute > 0 ? Math.ceil((waiting / pushesPerMinute) * 60) : null;
    const { state, reason, detail } = openSecrets(row) ? row : locked;
    return {
      state,
      ...inWords(reason, detail, site),
      stateAt: row.stateAt.toISOString(),
      stateBy: row.stateBy,
      breaker: breakerJson(
        breakers.find(({ key }) => key === breakerOf(row.id)),
        site,
      ),
      backlog,
      oldestDueAt: isoOrNull(oldestDueAt),
      last24Hours,
      lastPush: last ? { ...last, at: iso(last.at), ...inWords(last.reason, last.detail, site) } : null,
      pace: {
        ratePerMinute: row.ratePerMinute,
        concurrency: row.concurrency,
        callsThisMinute: used,
        pushesPerMinute,
        pausedUntil: isoOrNull(pausedUntil),
        etaSeconds: waiting === 0 ? 0 : state === "active" ? measured : null,
      },
      everyone: everyone ? everyoneJson(everyone) : null,
    };
  };
  return new Map(rows.map((row) => [row.id, healthOf(row)]));
}

/** Known also before a push finds it out. */
const locked = { state: "stopped", reason: "site_secrets_locked", detail: null } as const;

type Words = {
  reason: ReasonCode | null;
  detail: string | null;
  sentence: string | null;
  remedy: string | null;
};

/** A stored reason at a site, with its sentence and remedy filled. */
export function inWords(reason: string | null, detail: string | null, site: string): Words {
  const explained = explain(reason, { site, detail });
  // Only reasons of the closed set are ever stored.
  return {
    reason: reason as ReasonCode | null,
    detail,
    sentence: explained?.sentence ?? null,
    remedy: explained?.remedy ?? null,
  };
}

function breakerJson(
  found: Awaited<ReturnType<typeof readBreakers>>[number] | undefined,
  site: string,
): DestinationHealth["breaker"] {
  return {
    state: found?.state ?? "closed",
    ...inWords(found?.reason ?? null, found?.detail ?? null, site),
    failures: found?.failures ?? 0,
    openedAt: found?.openedAt?.toISOString() ?? null,
    probeAt: found?.probeAt?.toISOString() ?? null,
  };
}

const byId = <T extends { id: string }>(rows: readonly T[]): Map<string, Omit<T, "id">> =>
  new Map(rows.map(({ id, ...rest }) => [id, rest]));

type Backlog = DestinationHealth["backlog"] & { oldestDueAt: string | null };
const noBacklog: Backlog = {
  waiting: 0,
  running: 0,
  failed: 0,
  dead: 0,
  refused: 0,
  partial: 0,
  pushed: 0,
  oldestDueAt: null,
};
const readBacklogs = async (db: Db, ids: string) =>
  byId(
    await db.execute<Backlog & { id: string }>(sql`
      select destination_id as id, (count(*) filter (where state = 'due'))::int as waiting,
        (count(*) filter (where state = 'running'))::int as running,
        (count(*) filter (where state = 'failed'))::int as failed,
        (count(*) filter (where state = 'dead'))::int as dead,
        (count(*) filter (where state = 'refused'))::int as refused,
        (count(*) filter (where state = 'idle' and part_reason is not null))::int as partial,
        (count(*) filter (where state = 'idle' and part_reason is null))::int as pushed,
        min(wanted_at) filter (where state in ('due', 'running', 'failed')) as "oldestDueAt"
      from push_targets where destination_id = any(${ids}::uuid[]) group by 1`),
  );

type Results = DestinationHealth["last24Hours"] & { recent: number };
const noResults: Results = {
  done: 0,
  unchanged: 0,
  skipped: 0,
  failed: 0,
  dead: 0,
  refused: 0,
  stopped: 0,
  recent: 0,
};
async function readResults(db: Db, ids: string) {
  const from = uuidv7Floor(new Date(Date.now() - dayMs));
  const recently = uuidv7Floor(new Date(Date.now() - paceMinutes * 60_000));
  const names = ["done", "unchanged", "skipped", "failed", "dead", "refused", "stopped"];
  const counted = names.map(
    (name) => sql`(count(*) filter (where status = ${name}))::int as ${sql.identifier(name)}`,
  );
  return byId(
    await db.execute<Results & { id: string }>(sql`
      select destination_id as id, ${sql.join(counted, sql`, `)},
        (count(*) filter (where id >= ${recently}::uuid and status <> 'stopped'))::int as recent
      from pushes where destination_id = any(${ids}::uuid[]) and id >= ${from}::uuid group by 1`),
  );
}

type Last = Omit<NonNullable<DestinationHealth["lastPush"]>, "sentence" | "remedy"> & { id: string };
const readLasts = async (db: Db, ids: string) =>
  byId(
    await db.execute<Last>(sql`
      select d.id, p.started_at as at, p.status, p.member_id as "memberId", m.email, p.ms, p.reason, p.detail
      from unnest(${ids}::uuid[]) as d(id)
      cross join lateral (select * from pushes where destination_id = d.id order by id desc limit 1) as p
      left join members m on m.id = p.member_id`),
  );

const readCalls = async (db: Db, rows: readonly DestinationRow[]) =>
  byId(
    await db.execute<{ id: string; used: number; pausedUntil: string | null }>(sql`
      select account as id, case when minute = date_trunc('minute', now()) then minute_calls else 0 end as used,
        case when paused_until > clock_timestamp() then paused_until end as "pausedUntil"
      from budgets where account in ${rows.map(({ id }) => budgetOf(id))}`),
  );

async function lastEveryones(db: Db, ids: string): Promise<Map<string, EveryoneRow>> {
  const rows = await readEveryones(
    db,
    sql`e.id in (select max(id::text)::uuid from everyones where destination_id = any(${ids}::uuid[])
      group by destination_id)`,
  );
  return new Map(rows.map((row) => [row.destinationId, row]));
}
