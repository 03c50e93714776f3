import { inArray, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { budgets, connections } from "#db/schema/connections.ts";
import type { Overview } from "../api/overview-shapes.ts";
import { crms } from "../crm/registry.ts";
import { accountOf } from "../queue/budget.ts";
import { lastDeliveryAt } from "./last-delivery.ts";

/** How each connection is doing right now; connections of one CRM account show the calls of all of them. */
export async function readConnectionPulse(db: Db): Promise<Overview["connections"]> {
  const rows = await db
    .select({ row: connections, lastDeliveryAt })
    .from(connections)
    .orderBy(connections.id);
  const pulses = await readBudgets(db, [...new Set(rows.map(({ row }) => accountOf(row)))]);
  return rows.map(({ row, lastDeliveryAt: lastAt }) => {
    const pulse = pulses.get(accountOf(row));
    const test = row.lastTest as { ok: boolean; at: string } | null;
    return {
      id: row.id,
      name: row.name,
      kindLabel: crms[row.kind].label,
      mode: row.mode,
      webhookRegistered: row.webhookId !== null,
      lastDeliveryAt: lastAt && new Date(lastAt).toISOString(),
      testOk: test?.ok ?? null,
      testAt: test?.at ?? null,
      callsPerSecond: row.callsPerSecond,
      callsLastSecond: pulse?.callsLastSecond ?? 0,
      pausedUntil: pulse?.pausedUntil ? new Date(pulse.pausedUntil).toISOString() : null,
    };
  });
}

type Budget = { account: string; callsLastSecond: number; pausedUntil: string | null };

async function readBudgets(db: Db, accounts: string[]): Promise<Map<string, Budget>> {
  const rows = await db
    .select({
      account: budgets.account,
      callsLastSecond: sql<number>`(
        select count(*)::int from unnest(${budgets.slots}) as slot where slot > now() - interval '1 second' and slot <= now())`,
      pausedUntil: sql<
        string | null
      >`case when ${budgets.pausedUntil} > now() then ${budgets.pausedUntil} end`,
    })
    .from(budgets)
    .where(inArray(budgets.account, accounts));
  return new Map(rows.map((row) => [row.account, row]));
}
