import { sql } from "drizzle-orm";
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
      insert into push_targets as t (destination_id, member_id, state, priority, due_at, wanted_at, forced, everyone_id)
      select ${destinationId}, id, 'due', ${priorities.sweep}::int, clock_timestamp(), clock_timestamp(), true, ${id}
      from members
      on conflict (destination_id, member_id) do update set everyone_id = ${id}, forced = true, version = t.version + 1,
        want = 'push', attempts = 0, wanted_at = clock_timestamp(), due_at = clock_timestamp(),
        state = case when t.state = 'running' then 'running' else 'due' end,
        priority = case when t.state in ('due', 'failed') then t.priority else ${priorities.sweep}::int end
      returning 1
    ), counted as (select count(*)::int as total from wanted)
    update everyones e set total = counted.total,
      state = case when counted.total = 0 then 'done' else e.state end,
      finished_at = case when counted.total = 0 then clock_timestamp() end
    from counted where e.id = ${id} returning e.total`);
  await tx.execute(sql`select pg_notify('rollcall_push', '')`);
  return { id, total: counted?.total ?? 0 };
}

/** What is not pushed yet stays as it is; says whether there was something to abort. */
export async function abortEveryone(tx: Tx, id: string): Promise<boolean> {
  const aborted = await tx.execute(sql`
    update everyones set state = 'aborted', finished_at = clock_timestamp() where id = ${id} and state = 'running'
    returning id`);
  if (aborted.length === 0) return false;
  // Someone whom a webhook wants pushed as well keeps that wish: their target has runs that wait for it.
  await tx.execute(sql`
    update push_targets set state = 'idle', forced = false, everyone_id = null
    where everyone_id = ${id} and state in ('due', 'failed') and sync_ids = '{}' and password is null`);
  return true;
}

/** Ends "push everyone" when none of its members is owed any more. */
export async function finishEveryone(db: Db, destinationId: string): Promise<void> {
  await db.execute(sql`
    update everyones e set state = 'done', finished_at = clock_timestamp()
    where e.destination_id = ${destinationId} and e.state = 'running' and not exists (
      select from push_targets t where t.everyone_id = e.id and t.state in ('due', 'running', 'failed'))`);
}

/** How far it is; `failed` counts those who wait for a person. */
export async function everyoneProgress(
  db: Db,
  id: string,
): Promise<{
  id: string;
  destinationId: string;
  total: number;
  done: number;
  failed: number;
  state: string;
} | null> {
  const [row] = await db.execute<{
    id: string;
    destinationId: string;
    total: number;
    done: number;
    failed: number;
    state: string;
  }>(sql`
    select e.id, e.destination_id as "destinationId", e.total, e.state,
      e.total - (select count(*) from push_targets t where t.everyone_id = e.id
        and t.state in ('due', 'running', 'failed'))::int as done,
      (select count(*) from push_targets t where t.everyone_id = e.id and t.state in ('dead', 'refused'))::int as failed
    from everyones e where e.id = ${id}`);
  return row ?? null;
}
