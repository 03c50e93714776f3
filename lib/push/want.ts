import { sql } from "drizzle-orm";
import type postgres from "postgres";
import type { Tx } from "#db/client.ts";
import { type Priority, priorities } from "../queue/enqueue.ts";

/** A password on its way to the sites, sealed; `new` for a member just made, `reset` when somebody asked for it. */
export type OwedPassword = { sealed: Buffer; why: "new" | "reset" };

/** A member that changed: the run that changed it, and how soon the sites should know. */
export type Wanted = {
  memberId: string;
  syncId: string | null;
  priority: Priority;
  password?: OwedPassword | null;
};

/** At most so many runs wait for one push; older ones read the same result from the member's later pushes. */
const keptSyncs = 20;

/**
 * Says in the caller's transaction that every destination is owed the present state of these members. What is under way
 * is followed by one more push. The pumps are woken at the commit. No member may be named twice.
 */
export async function wantPushes(client: postgres.ISql, wanted: readonly Wanted[]): Promise<void> {
  const rows = wanted.map(({ memberId, syncId, priority, password }) => ({
    member: memberId,
    syncs: syncId ? [syncId] : [],
    priority: priorities[priority],
    password: password?.sealed.toString("hex") ?? null,
    why: password?.why ?? null,
  }));
  await client`
    with wanted as (
      insert into push_targets as t (destination_id, member_id, state, priority, due_at, wanted_at, sync_ids, password,
        password_why)
      select d.id, w.member, 'due', w.priority, clock_timestamp(), clock_timestamp(), w.syncs,
        decode(w.password, 'hex'), w.why
      from destinations d, json_to_recordset(${JSON.stringify(rows)}::text::json)
        as w(member uuid, syncs uuid[], priority int, password text, why text)
      order by d.id, w.member
      on conflict (destination_id, member_id) do update set
        ${client.unsafe(dueAgainAt("excluded.priority"))}, want = 'push',
        sync_ids = (t.sync_ids || excluded.sync_ids)[greatest(1, cardinality(t.sync_ids) + 2 - ${keptSyncs}):],
        password = coalesce(excluded.password, t.password),
        password_why = coalesce(excluded.password_why, t.password_why)
      returning 1
    ) select pg_notify('rollcall_push', '') from (select count(*) as targets from wanted) as w where targets > 0`;
}

/** Asks again, at once, for what failed at the destinations of these members. */
export async function wantFailedPushes(tx: Tx, memberIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    with wanted as (
      update push_targets t set ${dueAgain("person")}
      where member_id = any(${textArray(memberIds)}::uuid[])
        and (state in ('failed', 'dead', 'refused') or part_reason is not null)
      returning 1
    ) select pg_notify('rollcall_push', '') from (select count(*) as targets from wanted) as w where targets > 0`);
}

/** Lets go of passwords that could not be opened, because the member has chosen another, and asks those sites again. */
export async function dropLockedPasswords(tx: Tx, memberId: string): Promise<void> {
  await tx.execute(sql`
    with wanted as (
      update push_targets t set ${dueAgain("person")}, password = null, password_why = null
      where member_id = ${memberId} and state = 'refused' and reason = 'site_password_locked'
      returning 1
    ) select pg_notify('rollcall_push', '') from (select count(*) as targets from wanted) as w where targets > 0`);
}

/** Asks again, at once, for what went wrong at one destination; says for how many members. */
export async function retryFailed(tx: Tx, destinationId: string): Promise<number> {
  const [row] = await tx.execute<{ targets: number }>(sql`
    with wanted as (
      update push_targets t set ${dueAgain("retry")}
      where destination_id = ${destinationId}
        and (state in ('failed', 'dead', 'refused') or (state = 'idle' and part_reason is not null))
      returning 1
    ) select targets, pg_notify('rollcall_push', '') from (select count(*)::int as targets from wanted) as w`);
  return row?.targets ?? 0;
}

/** Asks a destination for one member now, changed or not, or to let them go; says whether there is such a member. */
export async function wantOne(
  tx: Tx,
  destinationId: string,
  memberId: string,
  want: "push" | "unlink",
): Promise<boolean> {
  const again = sql`${dueAgain("person")}, want = ${want}`;
  const wanted = await tx.execute(
    want === "unlink"
      ? sql`update push_targets t set ${again}
          where destination_id = ${destinationId} and member_id = ${memberId} returning 1`
      : sql`insert into push_targets as t (destination_id, member_id, state, priority, due_at, wanted_at, forced)
          select ${destinationId}, id, 'due', ${priorities.person}::int, clock_timestamp(), clock_timestamp(), true
          from members where id = ${memberId}
          on conflict (destination_id, member_id) do update set ${again} returning 1`,
  );
  if (wanted.length === 0) return false;
  if (want === "push")
    await tx.execute(sql`update push_targets set forced = true
      where destination_id = ${destinationId} and member_id = ${memberId}`);
  await tx.execute(sql`select pg_notify('rollcall_push', '')`);
  return true;
}

/** What makes a target `t` due again; one that runs is left running, and followed by another push. */
const dueAgainAt = (priority: string) => `
  state = case when t.state = 'running' then 'running' else 'due' end, version = t.version + 1,
  priority = case when t.state in ('due', 'failed') then least(t.priority, ${priority}) else ${priority} end,
  due_at = clock_timestamp(), wanted_at = clock_timestamp(), attempts = 0, forced = t.forced or t.part_reason is not null,
  only_everyone = false`;

const dueAgain = (priority: Priority) => sql.raw(dueAgainAt(String(priorities[priority])));

const textArray = (ids: readonly string[]) => `{${ids.join(",")}}`;
