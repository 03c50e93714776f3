import { eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { budgets, connections } from "#db/schema/connections.ts";
import type { Overview } from "../api/overview-shapes.ts";
import { crms } from "../crm/registry.ts";
import { lastDeliveryAt } from "./connections.ts";

/** How each connection is doing right now. */
export async function readConnectionPulse(db: Db): Promise<Overview["connections"]> {
  const callsLastSecond = sql<number>`(
    select count(*)::int from unnest(${budgets.slots}) as slot where slot > now() - interval '1 second' and slot <= now())`;
  const pausedUntil = sql<
    string | null
  >`case when ${budgets.pausedUntil} > now() then ${budgets.pausedUntil} end`;
  const rows = await db
    .select({ row: connections, lastDeliveryAt, callsLastSecond, pausedUntil })
    .from(connections)
    .leftJoin(budgets, eq(budgets.connectionId, connections.id))
    .orderBy(connections.id);
  return rows.map(({ row, ...pulse }) => {
    const test = row.lastTest as { ok: boolean; at: string } | null;
    return {
      id: row.id,
      name: row.name,
      kindLabel: crms[row.kind].label,
      mode: row.mode,
      webhookRegistered: row.webhookId !== null,
      lastDeliveryAt: pulse.lastDeliveryAt && new Date(pulse.lastDeliveryAt).toISOString(),
      testOk: test?.ok ?? null,
      testAt: test?.at ?? null,
      callsPerSecond: row.callsPerSecond,
      callsLastSecond: pulse.callsLastSecond ?? 0,
      pausedUntil: pulse.pausedUntil && new Date(pulse.pausedUntil).toISOString(),
    };
  });
}
