import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import { crms } from "../crm/registry.ts";
import { RetryLater } from "../errors.ts";
import { processWide } from "../process-wide.ts";

/**
 * The slots that are kept of an account. A limit of more calls counts them in equal shares of its second or minute, so
 * that the row stays small: 240 a minute are 20 in each five seconds.
 */
const keptSlots = 20;
/** Calls may travel for different times: the window is that much longer than the CRM's. */
const windowStretch = 1.08;
const apartMs = 1_070;
const dayMs = 86_400_000;

/**
 * The account that a connection calls: ActiveCampaign's limit is "per account", whichever key asks (its rate limit
 * documentation), so connections of one account share a budget.
 */
export const accountOf = ({ kind, baseUrl }: { kind: keyof typeof crms; baseUrl: string }): string =>
  `${kind} ${crms[kind].accountName(baseUrl)}`;

/** How many calls a connection may make of its account: per second, in any 60 seconds, and on a day (UTC). */
export type CallLimits = {
  callsPerSecond: number;
  callsPerMinute: number | null;
  callsPerDay: number | null;
};

/** So many calls, and the stretch of time that holds at most that many; no time at all without a limit. */
export function windowOf(calls: number | null, seconds: number): { slots: number; seconds: number } {
  if (calls === null) return { slots: 1, seconds: 0 };
  const shares = Math.ceil(calls / keptSlots);
  return { slots: Math.floor(calls / shares), seconds: (seconds * windowStretch) / shares };
}

/**
 * Takes the account's next free slot and says in how many milliseconds it comes; 0 or less is now. Slots follow each
 * other over all connections of the account, and each call keeps its own connection's limits against all of them: with
 * different limits the account never gets more than the highest, and a connection's own calls wait for its lower one.
 * Throws RetryLater("day_budget_spent") until midnight UTC when the day's calls are used up.
 */
export async function reserveCall(
  db: Db,
  account: string,
  limits: CallLimits,
): Promise<{ waitMs: number; slotMs: number }> {
  const second = windowOf(limits.callsPerSecond, 1);
  const minute = windowOf(limits.callsPerMinute, 60);
  const [row] = await db.$client<{ waitMs: number; slotMs: number }[]>`
    insert into budgets as b (account, slots, calls, minute, minute_calls, day, day_calls)
    values (${account}, array[clock_timestamp()], 1, date_trunc('minute', now()), 1, (now() at time zone 'UTC')::date, 1)
    on conflict (account) do update set calls = b.calls + 1,
      slots = (b.slots || greatest(clock_timestamp(), b.paused_until, b.slots[cardinality(b.slots)],
        b.slots[cardinality(b.slots) - ${second.slots - 1}] + ${`${second.seconds} seconds`}::interval,
        b.slots[cardinality(b.slots) - ${minute.slots - 1}] + ${`${minute.seconds} seconds`}::interval
      ))[greatest(1, cardinality(b.slots) + 2 - ${keptSlots}):],
      minute = excluded.minute, minute_calls = 1 + case when b.minute = excluded.minute then b.minute_calls else 0 end,
      day = excluded.day, day_calls = 1 + case when b.day = excluded.day then b.day_calls else 0 end
    where b.day is distinct from excluded.day or b.day_calls < coalesce(${limits.callsPerDay}::int, b.day_calls + 1)
    returning (extract(epoch from b.slots[cardinality(b.slots)] - clock_timestamp()) * 1000)::float8 as "waitMs",
      (extract(epoch from b.slots[cardinality(b.slots)]) * 1000)::float8 as "slotMs"`;
  if (row) return row;
  throw new RetryLater("day_budget_spent", {
    detail: String(limits.callsPerDay),
    retryAfterSeconds: Math.ceil((dayMs - (Date.now() % dayMs)) / 1000),
  });
}

/** A call that starts this much later than its slot would crowd those after it: its slot is moved. */
const latestStartMs = 60;
/** A machine that is late every time must still make progress; its own calls stay apart all the same. */
const mostTries = 5;

/** The callers of this process, one behind the other, and when the last calls really started. */
type Line = { last: Promise<void>; starts: number[] };
const lines = () => processWide("budget.lines", () => new Map<string, Line>());

/**
 * Waits until the account allows one more call: never more than `callsPerSecond` calls start in any second, nor
 * `callsPerMinute` in any minute, over all connections of the account and all processes that share the database, also
 * when a process stalls between its slot and its call. Callers of a process come one after the other, so that it never
 * holds slots which it cannot use yet. Throws RetryLater when the day's calls are used up.
 */
export function acquireCall(db: Db, account: string, limits: CallLimits): Promise<void> {
  const line = lines().get(account) ?? { last: Promise.resolve(), starts: [] };
  lines().set(account, line);
  const mine = line.last.then(async () => {
    await takeSlot(db, account, limits);
    await keepApart(line.starts, limits.callsPerSecond);
  });
  line.last = mine.catch(() => undefined);
  return mine;
}

/** Resolves at the time of a slot of this account; a slot that fell silent meanwhile is left unused. */
async function takeSlot(db: Db, account: string, limits: CallLimits): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const askedAt = performance.now();
    const { waitMs, slotMs } = await reserveCall(db, account, limits);
    if (waitMs > 0) {
      await sleep(waitMs);
      const [paused] = await db.$client`
        select 1 from budgets where account = ${account} and paused_until > clock_timestamp()`;
      if (paused) continue;
    }
    const lateMs = performance.now() - askedAt - Math.max(0, waitMs);
    if (tries >= mostTries || lateMs <= latestStartMs || (await moveSlot(db, account, slotMs))) return;
  }
}

/** Moves a slot that this process was late for to now, unless another process has taken the next one meanwhile. */
async function moveSlot(db: Db, account: string, slotMs: number): Promise<boolean> {
  let slot = slotMs;
  for (let tries = 1; tries < mostTries; tries += 1) {
    const askedAt = performance.now();
    const [moved] = await db.$client<{ slotMs: number }[]>`
      update budgets set slots[cardinality(slots)] = clock_timestamp()
      where account = ${account} and abs(extract(epoch from slots[cardinality(slots)]) * 1000 - ${slot}::float8) < 0.1
      returning (extract(epoch from slots[cardinality(slots)]) * 1000)::float8 as "slotMs"`;
    if (!moved) return false;
    if (performance.now() - askedAt <= latestStartMs) return true;
    slot = moved.slotMs;
  }
  return true;
}

/** The last word on this process's own calls, by when they really started. */
async function keepApart(starts: number[], perSecond: number): Promise<void> {
  for (;;) {
    const earlier = starts.length < perSecond ? undefined : starts.at(-perSecond);
    const waitMs = earlier === undefined ? 0 : earlier + apartMs - performance.now();
    if (waitMs <= 0) break;
    await sleep(waitMs);
  }
  const startedAt = performance.now();
  const old = starts.findIndex((start) => start > startedAt - apartMs);
  starts.splice(0, old === -1 ? starts.length : old);
  starts.push(startedAt);
}

/** The CRM asked for silence: no process calls this account for that long. */
export async function pauseCalls(db: Db, account: string, seconds: number): Promise<void> {
  await db.$client`
    insert into budgets as b (account, slots, paused_until, refused)
    values (${account}, '{}', clock_timestamp() + ${seconds} * interval '1 second', 1)
    on conflict (account) do update set refused = b.refused + 1,
      paused_until = greatest(b.paused_until, clock_timestamp() + ${seconds} * interval '1 second')`;
}
