import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { MemberSite, Target, TargetQuery, TargetState } from "../api/push-shapes.ts";
import { type DestinationRow, kindNamed } from "../push/open-destination.ts";
import { maxAttempts } from "../sync/backoff.ts";
import { beginsWith } from "./begins-with.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { inWords } from "./destination-health.ts";
import { rowOf, siteOf } from "./destinations.ts";
import { notFound } from "./not-found.ts";
import { iso, isoOrNull } from "./reconcile-words.ts";

const isState: Record<TargetState, SQL> = {
  waiting: sql`t.state = 'due'`,
  running: sql`t.state = 'running'`,
  failed: sql`t.state = 'failed'`,
  dead: sql`t.state = 'dead'`,
  refused: sql`t.state = 'refused'`,
  partial: sql`(t.state = 'idle' and t.part_reason is not null)`,
  pushed: sql`(t.state = 'idle' and t.part_reason is null)`,
};

const columns = sql`case when t.state = 'due' then 'waiting' when t.state <> 'idle' then t.state
    when t.part_reason is not null then 'partial' else 'pushed' end as state, t.external_id as "externalId",
  case when t.state = 'idle' then t.part_reason else t.reason end as reason, t.detail,
  case when t.state in ('due', 'failed') then t.due_at end as "nextAt", t.pushed_at as "pushedAt"`;

type Row = Omit<Target, "sentence" | "remedy" | "maxAttempts">;

/** A page of the members of a destination, in the order of their ids; `state` undefined is all of them. */
export async function listTargets(
  db: Db,
  destinationId: string,
  { state, q, cursor, limit }: TargetQuery,
): Promise<{ items: Target[]; nextCursor: string | null }> {
  const destination = await rowOf(db, destinationId);
  const where = [
    ...(state?.length
      ? [
          sql`(${sql.join(
            state.map((name) => isState[name]),
            sql` or `,
          )})`,
        ]
      : []),
    ...(q?.trim() ? [sql`lower(m.email) like ${beginsWith(q)}`] : []),
    ...(cursor ? [sql`t.member_id < ${readCursor(cursor)}`] : []),
  ];
  const rows = await readTargets(db, destination, sql.join([sql`true`, ...where], sql` and `), limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor(last.memberId) : null };
}

/** What a destination knows of one member. */
export async function getTarget(db: Db, destinationId: string, memberId: string): Promise<Target> {
  const [target] = await readTargets(db, await rowOf(db, destinationId), sql`t.member_id = ${memberId}`, 1);
  if (!target) throw notFound("member of this destination");
  return target;
}

async function readTargets(
  db: Db,
  destination: DestinationRow,
  where: SQL,
  limit: number,
): Promise<Target[]> {
  const site = siteOf(destination);
  const rows = await db.execute<Row>(sql`
    select t.member_id as "memberId", m.email, trim(m.first_name || ' ' || m.last_name) as name, m.role, ${columns},
      t.want, t.attempts, t.wanted_at as "wantedAt"
    from push_targets t join members m on m.id = t.member_id
    where t.destination_id = ${destination.id} and ${where} order by t.member_id desc limit ${limit}`);
  return rows.map((row) => ({
    ...row,
    ...inWords(row.reason, row.detail, site),
    maxAttempts,
    nextAt: isoOrNull(row.nextAt),
    wantedAt: iso(row.wantedAt),
    pushedAt: isoOrNull(row.pushedAt),
  }));
}

type SiteRow = Omit<MemberSite, "kindLabel" | "site" | "sentence" | "remedy"> &
  Pick<DestinationRow, "settings">;

/** Every destination that ever was to have a member, and how they stand there. */
export async function readMemberSites(db: Db, memberId: string): Promise<MemberSite[]> {
  const rows = await db.execute<SiteRow>(sql`
    select d.id as "destinationId", d.name, d.kind, d.settings, d.state as "siteState", ${columns}
    from push_targets t join destinations d on d.id = t.destination_id
    where t.member_id = ${memberId} order by d.id`);
  return rows.map(({ settings, ...row }) => {
    const site = siteOf({ kind: row.kind, settings });
    const held = row.siteState !== "active" && row.state === "waiting" ? `site_${row.siteState}` : null;
    return {
      ...row,
      kindLabel: kindNamed(row.kind).label,
      site,
      ...inWords(row.reason ?? held, row.detail, site),
      nextAt: isoOrNull(row.nextAt),
      pushedAt: isoOrNull(row.pushedAt),
    };
  });
}
