import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";

/** What a person, or with `actor` null the connection itself, decides about a flood. */
export type FloodChoice = {
  choice: "hold" | "release" | "drop";
  reason: string | null;
  actor: string | null;
};

/**
 * Settles what becomes of a flood, in the caller's transaction: it waits for rounds of the collector that are writing
 * into it, so that all they wrote is seen by what carries the decision out (lib/sync/flood-passes.ts). Null when the
 * flood is closed, dropped, or in that state already.
 */
export async function decideFlood(
  tx: Tx,
  id: string,
  { choice, reason, actor }: FloodChoice,
): Promise<{ state: string; deliveries: number } | null> {
  const [before] = await tx.execute<{ state: string; deliveries: number }>(sql`
    select state, deliveries from floods where id = ${id} and closed_at is null and state <> 'dropped' for update`);
  if (!before) return null;
  const waits = sql`due_at > now()`;
  const state = {
    hold: sql`'held'`,
    release: sql`case when ended_at is null then 'pacing' else 'draining' end`,
    drop: sql`'dropped'`,
  }[choice];
  const [changed] = await tx.execute(sql`
    update floods set state = ${state}, decision = ${choice}, reason = ${reason}, actor = ${actor}, decided_at = now(),
      due_at = case when ${choice} = 'release' then least(due_at, now()) else due_at end,
      ended_at = case when ${choice} = 'drop' and kind = 'batch' then coalesce(ended_at, now()) else ended_at end
    where id = ${id} and (state <> ${state} or (${choice} = 'release' and ${waits}))
    returning id`);
  return changed ? before : null;
}
