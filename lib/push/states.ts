import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";
import { closeBreakers } from "../queue/breaker.ts";
import { breakerOf, budgetOf } from "./open-destination.ts";
import { settleOutcomes } from "./settle.ts";

/** At most so many members' deliveries are told at once that their site is paused; the rest hear at their own push. */
const toldAtOnce = 1_000;

/** Something only a person can mend: nothing is pushed there until somebody resumes it. What is due stays due. */
export async function stopDestination(
  tx: Tx,
  id: string,
  why: { reason: string; detail: string | null },
): Promise<void> {
  await setState(tx, id, { state: "stopped", ...why, by: null });
}

/** A person wants nothing pushed there for now. What is due stays due. */
export async function pauseDestination(tx: Tx, id: string, by: string): Promise<void> {
  await setState(tx, id, { state: "paused", reason: null, detail: null, by });
}

/** Pushing goes on where it stopped, at once. */
export async function resumeDestination(tx: Tx, id: string, by: string): Promise<void> {
  await closeBreakers(tx, [breakerOf(id)]);
  await tx.execute(sql`update budgets set paused_until = null where account = ${budgetOf(id)}`);
  await tx.execute(sql`
    update push_targets set due_at = clock_timestamp() where destination_id = ${id} and state in ('due', 'failed')`);
  await setState(tx, id, { state: "active", reason: null, detail: null, by });
  await tx.execute(sql`select pg_notify('rollcall_push', '')`);
}

async function setState(
  tx: Tx,
  id: string,
  to: { state: string; reason: string | null; detail: string | null; by: string | null },
): Promise<void> {
  const changed = await tx.execute(sql`
    update destinations set state = ${to.state}, reason = ${to.reason}, detail = ${to.detail}, state_by = ${to.by},
      state_at = clock_timestamp(), updated_at = clock_timestamp()
    where id = ${id} and state <> ${to.state} returning id`);
  if (changed.length === 0) return;
  const waiting = await tx.execute<{ memberId: string }>(sql`
    select t.member_id as "memberId" from push_targets t
    where t.destination_id = ${id} and t.state in ('due', 'running', 'failed') order by t.due_at limit ${toldAtOnce}`);
  await settleOutcomes(
    tx,
    waiting.map(({ memberId }) => memberId),
  );
}
