import { type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "#db/client.ts";
import { AppError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { priorities } from "../queue/enqueue.ts";

export type Everyone = { id: string; total: number };

/**
 * Makes every member due at one destination, behind all else that is due there, whether or not their view changed.
 * Throws a conflict while an earlier one is under way.
 */
export async function pushEveryone(tx: Tx, destinationId: string, actor: string): Promise<Everyone> {
  const id = uuidv7();
  const opened = await tx.execute(sql`
    insert into everyones (id, destination_id, total, actor, state) values (${id}, ${destinationId}, 0, ${actor}, 'running')
    on conflict (destination_id) where state = 'running' do nothing returning id`);
  if (opened.length === 0)
    throw new AppError("conflict", "Everyone is being pushed to this destination already. Abort that first.");
  const [counted] = await tx.execute<{ total: number }>(sql`
    with wanted as (
      insert into push_targets as t (destination_id, member_id, state, priority, due_at, wanted_at, forced, everyone_id,
        only_everyone)
      select ${destinationId}, id, 'due', ${priorities.sweep}::int, clock_timestamp(), clock_timestamp(), true, ${id}, true
      from members
      on conflict (destination_id, member_id) do update set everyone_id = ${id}, forced = true, version = t.version + 1,
        only_everyone = t.state = 'idle' or t.only_everyone, want = 'push', attempts = 0, wanted_at = clock_timestamp(), due_at = clock_timestamp(),
        state = case when t.state = 'running' then 'running' else 'due' end,
        priority = case when t.state in ('due', 'failed') then t.priority else ${priorities.sweep}::int end
      returning 1
    ), counted as (select count(*)::int as total from wanted)
    update everyones e set total = counted.total
    from counted where e.id = ${id} returning e.total`);
  await tx.execute(sql`select pg_notify('rollcall_push', '')`);
  return { id, total: counted?.total ?? 0 };
}

/** What nothing else wants pushed stays as it is; says whether there was something to abort. */
export async function abortEveryone(tx: Tx, id: string): Promise<boolean> {
  if (!(await close(tx, sql`e.id = ${id} and e.state = 'running'`, "aborted"))) return false;
  await tx.execute(sql`
    update push_targets set state = 'idle', forced = false, only_everyone = false
    where everyone_id = ${id} and state = 'due' and only_everyone`);
  return true;
}

/** Ends every "push everyone" of which no member is owed any more. */
export async function finishEveryones(db: Db): Promise<void> {
  const open = sql`e.state = 'running' and not exists (
    select from push_targets t where t.everyone_id = e.id and t.state in ${owed})`;
  const [any] = await db.execute(sql`select from everyones e where ${open} limit 1`);
  if (any) await close(db, open, "done");
}

const owed = sql.raw("('due', 'running', 'failed')");
const given = sql.raw("('dead', 'refused')");

/** Writes down how far they came: another one takes over their targets. */
async function close(tx: Tx, which: SQL, state: "done" | "aborted"): Promise<boolean> {
  const closed = await tx.execute(sql`
    update everyones e set state = ${state}, finished_at = clock_timestamp(), failed = counted.failed,
      done = e.total - counted.waiting - counted.failed
    from everyones f, lateral (${counts(sql`f.id`)}) as counted where f.id = e.id and ${which} returning e.id`);
  return closed.length > 0;
}

/** A member that is deleted meanwhile counts as done: nothing is owed for them. */
const counts = (id: SQL) => sql`
  select (count(*) filter (where t.state in ${owed}))::int as waiting,
    (count(*) filter (where t.state in ${given}))::int as failed
  from push_targets t where t.everyone_id = ${id}`;

export type EveryoneRow = {
  id: string;
  destinationId: string;
  total: number;
  done: number;
  failed: number;
  state: "running" | "done" | "aborted";
  actor: string;
  createdAt: string;
  finishedAt: string | null;
};

/** How far they are, newest first; `failed` counts those who wait for a person. */
export async function readEveryones(db: Db, which: SQL): Promise<EveryoneRow[]> {
  return db.execute<EveryoneRow>(sql`
    select e.id, e.destination_id as "destinationId", e.total, e.state, e.actor, e.created_at as "createdAt",
      e.finished_at as "finishedAt", coalesce(e.failed, counted.failed) as failed,
      coalesce(e.done, e.total - counted.waiting - counted.failed) as done
    from everyones e, lateral (${counts(sql`e.id`)}) as counted where ${which} order by e.id desc`);
}
