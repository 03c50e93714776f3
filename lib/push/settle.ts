import { sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { pushes } from "#db/schema/destinations.ts";
import type { Known, ShownView } from "../destinations/contract.ts";
import { uuidv7 } from "../ids.ts";
import type { Target } from "./targets.ts";

/** The site has what it should have. `left` is what it could not take, `why` the reason of a member it leaves out. */
export type Worked = {
  status: "done" | "unchanged" | "skipped";
  known: Known;
  digest: string | null;
  sent: ShownView | null;
  made: boolean;
  changes: string[];
  left: string | null;
  why: string | null;
};

/**
 * The site has not. `failed` is tried again in so many seconds; `dead` and `refused` wait for a person. With `stopped`
 * the call was not made, or is for a person to make possible: the try does not count.
 */
export type NotWorked = {
  status: "failed" | "dead" | "refused" | "stopped";
  reason: string;
  detail: string | null;
  retryIn: number | null;
};

/** How one push ended. */
export type PushResult = Worked | NotWorked;

const worked = (result: PushResult): result is Worked => "known" in result;

type Settled = { destinationId: string; pumpId: string; target: Target; startedAt: Date; ms: number };

/**
 * Writes down how a push ended, and what that means for the deliveries of the member, in one transaction. A pump that
 * lost its destination meanwhile changes nothing; a wish that came during the push makes the target due again.
 */
export async function settlePush(db: Db, settled: Settled, result: PushResult): Promise<void> {
  const { destinationId, target } = settled;
  await db.transaction(async (tx) => {
    const mine = await tx.execute(sql`
      update push_targets set ${changesOf(result, target)}, pump_id = null
      where destination_id = ${destinationId} and member_id = ${target.memberId} and state = 'running'
        and pump_id = ${settled.pumpId} returning 1`);
    if (mine.length === 0) return;
    await notePush(tx, settled, result);
    await settleOutcomes(tx, [target.memberId]);
  });
}

function changesOf(result: PushResult, target: Target) {
  const same = sql`version = ${target.version}`;
  if (worked(result)) {
    const { known, digest, sent, left } = result;
    return sql`state = case when ${same} then 'idle' else 'due' end, attempts = 0, reason = null, detail = null,
      external_id = ${known.externalId}, memory = ${JSON.stringify(known.memory)}::text::jsonb, digest = ${digest},
      sent = ${sent ? JSON.stringify(sent) : null}::text::jsonb, part_reason = ${left}, pushed_at = clock_timestamp(),
      forced = forced and not ${same}, only_everyone = only_everyone and not ${same},
      sync_ids = case when ${same} and ${left === null} then '{}' else sync_ids end,
      password = case when ${same} then null else password end,
      password_why = case when ${same} then null else password_why end`;
  }
  const { reason, detail, status } = result;
  const dueAt = sql`coalesce(clock_timestamp() + ${result.retryIn}::float8 * interval '1 second', due_at)`;
  const told = sql`reason = ${reason}, detail = ${detail}`;
  if (status === "stopped")
    return sql`${told}, state = 'due', attempts = greatest(attempts - 1, 0), due_at = ${dueAt}`;
  return sql`${told}, state = case when ${same} then ${status} else 'due' end,
    due_at = case when ${same} then ${dueAt} else due_at end`;
}

async function notePush(tx: Tx, settled: Settled, result: PushResult): Promise<void> {
  const { destinationId, target, startedAt, ms } = settled;
  const told = worked(result)
    ? {
        status: result.status,
        made: result.made,
        changes: result.changes,
        reason: result.left ?? result.why,
        detail: null,
      }
    : { status: result.status, made: false, changes: [], reason: result.reason, detail: result.detail };
  const { syncIds, memberId, attempts } = target;
  await tx
    .insert(pushes)
    .values({ id: uuidv7(), destinationId, memberId, syncIds, attempt: attempts, startedAt, ms, ...told });
}

/**
 * Why a member is not right at a destination, of a target `t` and its destination `d`; null where they are, or will be
 * in a moment. What a paused destination is owed says so, and what waits for an open breaker says what opened it.
 */
export const siteReason = sql`case
  when t.state in ('due', 'running', 'failed') and d.state <> 'active'
    then case d.reason when 'site_secrets_locked' then d.reason else 'site_' || d.state end
  when t.state in ('due', 'running')
    then (select b.reason from breakers b where b.key = 'site:' || d.id and b.opened_at is not null)
  when t.state = 'idle' then t.part_reason else t.reason end`;

/**
 * Brings the deliveries that wait at the sites, or were partly synced, up to what their members' sites say now: running
 * while a site that works is owed something, partly synced while one is wrong, paused or rests behind its breaker, else
 * synced. One statement for all of the members; safe to run at any time.
 */
export async function settleOutcomes(tx: Tx, memberIds: readonly string[]): Promise<void> {
  if (memberIds.length === 0) return;
  const ids = `{${[...new Set(memberIds)].sort().join(",")}}`;
  await tx.execute(sql`
    with sites as (
      select t.member_id, t.state in ('due', 'running') and d.state = 'active' and b.key is null as open, t.due_at,
        ${siteReason} as reason,
        case when t.state in ('dead', 'refused') or (t.state = 'failed' and d.state = 'active') then t.detail
          when t.state in ('due', 'running') and d.state = 'active' then b.detail end as detail,
        case when d.state = 'active' and (t.state = 'failed' or (t.state in ('due', 'running') and b.key is not null))
          then greatest(t.due_at, b.probe_at) end as next_at
      from push_targets t join destinations d on d.id = t.destination_id
      left join breakers b on b.key = 'site:' || d.id and b.opened_at is not null
      where t.member_id = any(${ids}::uuid[])
    ), heard as (
      select asked.member_id, coalesce(bool_or(open), false) as open,
        (array_agg(reason order by due_at) filter (where not open and reason is not null))[1] as reason,
        (array_agg(detail order by due_at) filter (where not open and reason is not null))[1] as detail,
        min(next_at) as next_at
      from unnest(${ids}::uuid[]) as asked(member_id) left join sites using (member_id) group by asked.member_id
    ), told as (
      select *, case when open then 'running' when reason is null then 'synced' else 'partly_synced' end as status
      from heard
    ), settled as (
      update outcomes o set hop = 'sites', next_retry_at = case when told.open then null else told.next_at end,
        status = told.status,
        reason = case when told.open then o.reason else told.reason end,
        detail = case when told.open or told.reason is null then o.detail else told.detail end,
        finished_at = case when told.open then null else coalesce(o.finished_at, clock_timestamp()) end,
        sync_ms = case when told.open then null else coalesce(o.sync_ms,
          extract(epoch from clock_timestamp() - o.received_at) * 1000) end
      from told
      where o.member_id = told.member_id
        and (o.status = 'partly_synced' or (o.status = 'running' and o.hop = 'sites'))
        and (o.status <> told.status or (not told.open
          and (o.reason, o.detail, o.next_retry_at) is distinct from (told.reason, told.detail, told.next_at)))
      returning o.delivery_id, o.params, o.status
    )
    select pg_notify('rollcall_outcome', delivery_id::text) from settled
    where params ? 'waitSeconds' and status <> 'running'`);
}
