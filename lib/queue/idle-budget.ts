import type { Db } from "#db/client.ts";
import { type CallLimits, windowOf } from "./budget.ts";

/** The last tenth of a day's calls is left to webhooks. */
const dayShare = 0.9;

/**
 * Whether an account's budget lies idle: it was asked for no silence, nobody waits for a slot, and after one more call
 * there is still one for a webhook that comes this second. What yields to webhooks calls only then.
 */
export async function isIdle(db: Db, account: string, limits: CallLimits): Promise<boolean> {
  const second = windowOf(limits.callsPerSecond, 1);
  const minute = windowOf(limits.callsPerMinute, 60);
  const { callsPerDay } = limits;
  const [busy] = await db.$client`
    select 1 from budgets b, lateral (
      select count(*) filter (where at > clock_timestamp() - ${`${second.seconds} seconds`}::interval) as second,
        count(*) filter (where at > clock_timestamp() - ${`${minute.seconds} seconds`}::interval) as minute
      from unnest(b.slots) as s(at)) as used
    where b.account = ${account} and (b.paused_until > clock_timestamp()
      or b.slots[cardinality(b.slots)] > clock_timestamp()
      or used.second > ${Math.max(second.slots - 2, 0)} or used.minute > ${Math.max(minute.slots - 2, 0)}
      or (b.day = (now() at time zone 'UTC')::date and b.day_calls >= ${callsPerDay === null ? null : callsPerDay * dayShare}::float8))`;
  return busy === undefined;
}
