import { Counter, collectDefaultMetrics, Gauge, Registry, register } from "prom-client";
import type { Db } from "#db/client.ts";
import { budgets } from "#db/schema/connections.ts";
import "../door/counters.ts";
import { processWide } from "../process-wide.ts";
import { readBacklog } from "./backlog.ts";
import { countDeliveries } from "./delivery-counts.ts";

/**
 * Everything worth watching in Prometheus' text format: what this process counted (the door, Node), and what the
 * database says now, which is the same from every process.
 */
export async function readMetrics(db: Db): Promise<{ text: string; contentType: string }> {
  processWide("metrics.node", () => {
    collectDefaultMetrics();
    return true;
  });
  const now = await readDatabase(db);
  return { text: `${await register.metrics()}\n${await now.metrics()}`, contentType: register.contentType };
}

/** A registry for one scrape, so that two at once never mix their readings. */
async function readDatabase(db: Db): Promise<Registry> {
  const [backlog, { byStatus }, accounts] = await Promise.all([
    readBacklog(db),
    countDeliveries(db, {}),
    db.select().from(budgets),
  ]);
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ["account"], registers });

  gauge("rollcall_backlog_deliveries", "Deliveries that wait for their run").set(backlog.queued);
  gauge("rollcall_backlog_oldest_due_seconds", "Age of the oldest work that could run now; 0 for none").set(
    backlog.oldestDueSeconds ?? 0,
  );
  const deliveries = gauge("rollcall_deliveries_last_day", "Deliveries of the last 24 hours", ["status"]);
  for (const [status, count] of Object.entries(byStatus)) deliveries.set({ status }, count);
  const calls = counter("rollcall_crm_calls_total", "Calls to a CRM account, over all its connections");
  const refused = counter("rollcall_crm_refused_total", "Times a CRM account asked for fewer calls");
  for (const { account, ...budget } of accounts) {
    calls.inc({ account }, budget.calls);
    refused.inc({ account }, budget.refused);
  }
  return registry;
}
