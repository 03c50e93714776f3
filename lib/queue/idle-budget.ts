import type { Db } from "#db/client.ts";

/** A little more than a second, as the budget itself counts. */
const lookBack = "1.12 seconds";

/**
 * Whether an account's budget lies idle: it was asked for no silence, nobody waits for a slot, and after one more call
 * there is still a slot for a webhook that comes this second. What yields to webhooks calls only then.
 */
export async function isIdle(db: Db, account: string, perSecond: number): Promise<boolean> {
  const [busy] = await db.$client`
    select 1 from budgets b where b.account = ${account} and (
      b.paused_until > clock_timestamp() or b.slots[cardinality(b.slots)] > clock_timestamp()
      or (select count(*) from unnest(b.slots) as s(at) where s.at > clock_timestamp() - ${lookBack}::interval)
        > ${Math.max(perSecond - 2, 0)})`;
  return busy === undefined;
}
