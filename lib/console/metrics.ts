import { sql } from "drizzle-orm";
import { Counter, collectDefaultMetrics, Gauge, Registry, register } from "prom-client";
import type { Db } from "#db/client.ts";
import "../door/counters.ts";
import { processWide } from "../process-wide.ts";
import { readBreakers } from "../queue/breaker.ts";
import { livingWorkers } from "../queue/liveness.ts";
import { readAccountFigures } from "./account-figures.ts";
import { readBacklog, readConnectionBacklogs } from "./backlog.ts";
import { countDeliveries } from "./delivery-counts.ts";
import { readDestinationFigures } from "./destination-figures.ts";
import { readRunFigures } from "./run-figures.ts";

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

type Make = {
  gauge: (name: string, help: string, labelNames?: string[]) => Gauge;
  counter: (name: string, help: string, labelNames?: string[]) => Counter;
};

/** A registry for one scrape, so that two at once never mix their readings. */
async function readDatabase(db: Db): Promise<Registry> {
  const registry = new Registry();
  const registers = [registry];
  const make: Make = {
    gauge: (name, help, labelNames = []) => new Gauge({ name, help, labelNames, registers }),
    counter: (name, help, labelNames = []) => new Counter({ name, help, labelNames, registers }),
  };
  await Promise.all(
    [
      showBacklog,
      showConnections,
      showDeliveries,
      showRuns,
      showAccounts,
      showDestinations,
      showBreakers,
      showCare,
    ].map((show) => show(db, make)),
  );
  return registry;
}

async function showBacklog(db: Db, { gauge }: Make): Promise<void> {
  const backlog = await readBacklog(db);
  gauge("rollcall_backlog_deliveries", "Deliveries that wait for their run").set(backlog.queued);
  gauge("rollcall_backlog_oldest_due_seconds", "Age of the oldest work that could run now; 0 for none").set(
    backlog.oldestDueSeconds ?? 0,
  );
}

async function showConnections(db: Db, { gauge }: Make): Promise<void> {
  const labels = ["connection", "name"];
  const waiting = gauge("rollcall_connection_deliveries", "Deliveries that are open, by connection", [
    ...labels,
    "status",
  ]);
  const due = gauge(
    "rollcall_connection_oldest_due_seconds",
    "Age of the oldest work of a connection that could run now; 0 for none",
    labels,
  );
  for (const {
    connectionId: connection,
    name,
    oldestDueSeconds,
    queued,
    held,
    running,
    retrying,
  } of await readConnectionBacklogs(db)) {
    for (const [status, count] of Object.entries({ queued, held, running, failed: retrying }))
      waiting.set({ connection, name, status }, count);
    due.set({ connection, name }, oldestDueSeconds);
  }
}

async function showDeliveries(db: Db, { gauge }: Make): Promise<void> {
  const { byStatus } = await countDeliveries(db, {});
  const deliveries = gauge("rollcall_deliveries_last_day", "Deliveries of the last 24 hours", ["status"]);
  for (const [status, count] of Object.entries(byStatus)) deliveries.set({ status }, count);
}

async function showRuns(db: Db, { gauge }: Make): Promise<void> {
  const figures = await readRunFigures(db);
  gauge("rollcall_runs_open", "Runs under way").set(figures.open);
  const ended = gauge(
    "rollcall_runs_last_five_minutes",
    "Runs that began in the last five minutes and ended",
    ["status"],
  );
  for (const { status, runs } of figures.byStatus) ended.set({ status }, runs);
  const seconds = gauge("rollcall_run_seconds", "How long the runs of the last five minutes took", [
    "quantile",
  ]);
  for (const { quantile, value } of figures.seconds) seconds.set({ quantile }, value);
}

async function showAccounts(db: Db, { gauge, counter }: Make): Promise<void> {
  const calls = counter("rollcall_crm_calls_total", "Calls to a CRM account, over all its connections", [
    "account",
  ]);
  const refused = counter("rollcall_crm_refused_total", "Times a CRM account asked for fewer calls (429)", [
    "account",
  ]);
  const paused = gauge("rollcall_crm_paused_seconds", "How long a CRM account still asks for silence", [
    "account",
  ]);
  const left = gauge("rollcall_crm_calls_left", "Calls that a CRM account still allows in this period", [
    "account",
    "period",
  ]);
  const all = await readAccountFigures(db);
  for (const { account, ...figures } of all.filter((one) => !one.account.startsWith("site "))) {
    calls.inc({ account }, figures.calls);
    refused.inc({ account }, figures.refused);
    paused.set({ account }, figures.pausedSeconds);
    const { leftThisSecond: second, leftThisMinute: minute, leftToday: day } = figures;
    for (const [period, value] of Object.entries({ second, minute, day }))
      if (value !== null) left.set({ account, period }, value);
  }
}

async function showDestinations(db: Db, { gauge, counter }: Make): Promise<void> {
  const labels = ["destination", "name"];
  const calls = counter("rollcall_site_calls_total", "Calls to a destination", labels);
  const refused = counter("rollcall_site_refused_total", "Times a destination asked for silence", labels);
  const paused = gauge(
    "rollcall_site_paused_seconds",
    "How long a destination still asks for silence",
    labels,
  );
  const backlog = gauge("rollcall_push_backlog", "Members that a destination is owed, by state", [
    ...labels,
    "state",
  ]);
  const due = gauge(
    "rollcall_push_oldest_due_seconds",
    "Age of the oldest push that a destination is owed; 0 for none",
    labels,
  );
  const stopped = gauge(
    "rollcall_destination_stopped",
    "1 while only a person can set it going again",
    labels,
  );
  const pushes = gauge("rollcall_pushes_last_day", "Pushes of the last 24 hours, by result", [
    ...labels,
    "result",
  ]);
  const breaker = gauge(
    "rollcall_destination_breaker_open",
    "1 while pushes to a destination rest, 0.5 while one is let through, else 0",
    labels,
  );
  for (const { id: destination, name, states, results, ...figures } of await readDestinationFigures(db)) {
    const at = { destination, name };
    calls.inc(at, figures.calls);
    refused.inc(at, figures.refused);
    paused.set(at, figures.pausedSeconds);
    due.set(at, figures.oldestDueSeconds);
    stopped.set(at, figures.stopped ? 1 : 0);
    breaker.set(at, figures.breaker);
    for (const [result, count] of Object.entries(results)) pushes.set({ ...at, result }, count);
    for (const [state, count] of Object.entries(states)) backlog.set({ ...at, state }, count);
  }
}

async function showBreakers(db: Db, { gauge }: Make): Promise<void> {
  const open = gauge("rollcall_breaker_open", "1 while calls rest, 0.5 while one is let through, else 0", [
    "key",
  ]);
  const failures = gauge("rollcall_breaker_failures", "Failures in a row behind a breaker", ["key"]);
  for (const { key, state, failures: inRow } of await readBreakers(db)) {
    open.set({ key }, { closed: 0, half_open: 0.5, open: 1 }[state]);
    failures.set({ key }, inRow);
  }
}

async function showCare(db: Db, { gauge }: Make): Promise<void> {
  const [row] = await db.execute<
    Record<"floods" | "left" | "bad" | "wait", number> & { cleaned: number | null }
  >(sql`
    select (select count(*)::int from floods where closed_at is null) as floods,
      (select coalesce(sum(contacts_left), 0)::int from floods where closed_at is null) as left,
      (select count(*)::int from alerts where opened_at is not null and closed_at is null and level = 'bad') as bad,
      (select count(*)::int from alerts where opened_at is not null and closed_at is null and level = 'wait') as wait,
      (select extract(epoch from max(finished_at))::float8 from retention_runs where state = 'done') as cleaned`);
  gauge("rollcall_floods_open", "Floods and batches with work left").set(row?.floods ?? 0);
  gauge("rollcall_flood_contacts_left", "Contacts that wait in floods and batches").set(row?.left ?? 0);
  const alerts = gauge("rollcall_alerts_open", "Alerts that are open", ["level"]);
  alerts.set({ level: "bad" }, row?.bad ?? 0);
  alerts.set({ level: "wait" }, row?.wait ?? 0);
  gauge("rollcall_workers", "Workers that live, over all processes").set(await livingWorkers(db));
  gauge("rollcall_retention_last_done_timestamp_seconds", "When the last clean-up was done; 0 for never").set(
    row?.cleaned ?? 0,
  );
}
