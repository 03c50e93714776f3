import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { budgets, connections } from "#db/schema/connections.ts";
import { accountOf } from "../queue/budget.ts";
import { callsLeft, callsSpent } from "./calls-left.ts";

/** A CRM account's calls; `left…` is what may still be made now, null where the account has no such limit. */
export type AccountFigures = {
  account: string;
  calls: number;
  refused: number;
  pausedSeconds: number;
  leftThisSecond: number | null;
  leftThisMinute: number | null;
  leftToday: number | null;
};

/** The budget of every CRM account that was ever called, over all connections and processes. */
export async function readAccountFigures(db: Db): Promise<AccountFigures[]> {
  const [rows, spent, known] = await Promise.all([
    db
      .select({
        account: budgets.account,
        calls: budgets.calls,
        refused: budgets.refused,
        pausedSeconds: sql<number>`greatest(0, coalesce(extract(epoch from ${budgets.pausedUntil} - now()), 0))::float8`,
        taken: sql<number>`(select count(*)::int from unnest(${budgets.slots}) as slot where slot > now() - interval '1 second')`,
      })
      .from(budgets)
      .orderBy(budgets.account),
    callsSpent(db),
    db.select().from(connections),
  ]);
  return rows.map(({ taken, ...row }) => {
    const mine = known.filter((connection) => accountOf(connection) === row.account);
    const perSecond = Math.max(0, ...mine.map((connection) => connection.callsPerSecond));
    const lefts = mine.map((connection) => callsLeft(connection, spent));
    return {
      ...row,
      leftThisSecond: mine.length === 0 ? null : Math.max(0, perSecond - taken),
      leftThisMinute: least(lefts.map((left) => left.thisMinute)),
      leftToday: least(lefts.map((left) => left.today)),
    };
  });
}

/** The least that any connection of the account still has. */
function least(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}
