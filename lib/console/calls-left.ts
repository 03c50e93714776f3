import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { budgets } from "#db/schema/connections.ts";
import { accountOf } from "../queue/budget.ts";

/** The calls that each account took in this clock minute and on this day (UTC). */
export type CallsSpent = Map<string, { minute: number; day: number }>;

/** What every CRM account has spent of its limits, over all connections and processes. */
export async function callsSpent(db: Db): Promise<CallsSpent> {
  const rows = await db
    .select({
      account: budgets.account,
      minute: sql<number>`case when ${budgets.minute} = date_trunc('minute', now()) then ${budgets.minuteCalls} else 0 end`,
      day: sql<number>`case when ${budgets.day} = (now() at time zone 'UTC')::date then ${budgets.dayCalls} else 0 end`,
    })
    .from(budgets);
  return new Map(rows.map(({ account, minute, day }) => [account, { minute, day }]));
}

/** What is left to a connection of its account's limits; null where it has none. */
export function callsLeft(
  connection: Parameters<typeof accountOf>[0] & { callsPerMinute: number | null; callsPerDay: number | null },
  spent: CallsSpent,
): { thisMinute: number | null; today: number | null } {
  const { minute, day } = spent.get(accountOf(connection)) ?? { minute: 0, day: 0 };
  const left = (limit: number | null, used: number) => (limit === null ? null : Math.max(0, limit - used));
  return { thisMinute: left(connection.callsPerMinute, minute), today: left(connection.callsPerDay, day) };
}
