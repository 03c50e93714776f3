import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";

/** Above this many calls a second they are counted in equal shares of a second, so that the row stays small. */
const maxSlots = 20;
/** A call reserved at the end of one second may reach the CRM early in the next; the window is that much longer. */
const windowStretch = 1.08;

/** Takes the account's next free slot and says in how many milliseconds it comes; 0 or less is now. */
export async function reserveCall(
  db: Db,
  connectionId: string,
  perSecond: number,
): Promise<{ waitMs: number; slotMs: number }> {
  const shares = Math.ceil(perSecond / maxSlots);
  const slots = Math.floor(perSecond / shares);
  const window = `${windowStretch / shares} seconds`;
  const [row] = await db.$client<{ waitMs: number; slotMs: number }[]>`
    insert into budgets as b (connection_id, slots, calls) values (${connectionId}, array[clock_timestamp()], 1)
    on conflict (connection_id) do update set calls = b.calls + 1, slots = (b.slots || greatest(
        clock_timestamp(), b.paused_until, b.slots[cardinality(b.slots) - ${slots - 1}] + ${window}::interval
      ))[greatest(1, cardinality(b.slots) + 2 - ${slots}):]
    returning (extract(epoch from b.slots[cardinality(b.slots)] - clock_timestamp()) * 1000)::float8 as "waitMs",
      (extract(epoch from b.slots[cardinality(b.slots)]) * 1000)::float8 as "slotMs"`;
  if (!row) throw new Error("PostgreSQL returned no slot.");
  return row;
}

/**
 * Waits until the account allows one more call: never more than `perSecond` calls start in any second, over all
 * processes that share the database. A call is reserved in one UPDATE, in the order in which callers came.
 */
export async function acquireCall(db: Db, connectionId: string, perSecond: number): Promise<void> {
  for (;;) {
    const { waitMs } = await reserveCall(db, connectionId, perSecond);
    if (waitMs <= 0) return;
    await sleep(waitMs);
    const [paused] = await db.$client`
      select 1 from budgets where connection_id = ${connectionId} and paused_until > clock_timestamp()`;
    if (!paused) return;
  }
}

/** The CRM asked for silence: no process calls this account for that long. */
export async function pauseCalls(db: Db, connectionId: string, seconds: number): Promise<void> {
  await db.$client`
    insert into budgets as b (connection_id, slots, paused_until, refused)
    values (${connectionId}, '{}', clock_timestamp() + ${seconds} * interval '1 second', 1)
    on conflict (connection_id) do update set refused = b.refused + 1,
      paused_until = greatest(b.paused_until, clock_timestamp() + ${seconds} * interval '1 second')`;
}
