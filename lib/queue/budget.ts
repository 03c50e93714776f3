import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import { processWide } from "../process-wide.ts";

/** Above this many calls a second they are counted in equal shares of a second, so that the row stays small. */
const maxSlots = 20;
/** A call reserved at the end of one second may reach the CRM early in the next; the window is that much longer. */
const windowStretch = 1.12;
const apartMs = 1_050;

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

/** A call that starts this much later than its slot would crowd those after it: it takes a new slot. */
const latestStartMs = 60;
/** A machine that is late every time must still make progress; its own calls stay apart all the same. */
const mostSlots = 5;

/** The callers of this process, one behind the other, and when the last calls really started. */
type Line = { last: Promise<void>; starts: number[] };
const lines = () => processWide("budget.lines", () => new Map<string, Line>());

/**
 * Waits until the account allows one more call: never more than `perSecond` calls start in any second, over all
 * processes that share the database, also when a process stalls between its slot and its call. Callers of a process
 * come one after the other, so that it never holds slots which it cannot use yet.
 */
export function acquireCall(db: Db, connectionId: string, perSecond: number): Promise<void> {
  const line = lines().get(connectionId) ?? { last: Promise.resolve(), starts: [] };
  lines().set(connectionId, line);
  const mine = line.last.then(async () => {
    await takeSlot(db, connectionId, perSecond);
    await keepApart(line.starts, perSecond);
  });
  line.last = mine.catch(() => undefined);
  return mine;
}

/** Resolves at the time of a slot of this account; a slot that was missed, or fell silent meanwhile, is left unused. */
async function takeSlot(db: Db, connectionId: string, perSecond: number): Promise<void> {
  for (let slots = 1; ; slots += 1) {
    const askedAt = performance.now();
    const waitMs = Math.max(0, (await reserveCall(db, connectionId, perSecond)).waitMs);
    if (waitMs > 0) {
      await sleep(waitMs);
      const [paused] = await db.$client`
        select 1 from budgets where connection_id = ${connectionId} and paused_until > clock_timestamp()`;
      if (paused) continue;
    }
    if (performance.now() - askedAt - waitMs <= latestStartMs || slots >= mostSlots) return;
  }
}

/** The last word on this process's own calls, by when they really started. */
async function keepApart(starts: number[], perSecond: number): Promise<void> {
  for (;;) {
    const earlier = starts.length < perSecond ? undefined : starts.at(-perSecond);
    const waitMs = earlier === undefined ? 0 : earlier + apartMs - performance.now();
    if (waitMs <= 0) break;
    await sleep(waitMs);
  }
  starts.push(performance.now());
  starts.splice(0, starts.length - perSecond);
}

/** The CRM asked for silence: no process calls this account for that long. */
export async function pauseCalls(db: Db, connectionId: string, seconds: number): Promise<void> {
  await db.$client`
    insert into budgets as b (connection_id, slots, paused_until, refused)
    values (${connectionId}, '{}', clock_timestamp() + ${seconds} * interval '1 second', 1)
    on conflict (connection_id) do update set refused = b.refused + 1,
      paused_until = greatest(b.paused_until, clock_timestamp() + ${seconds} * interval '1 second')`;
}
