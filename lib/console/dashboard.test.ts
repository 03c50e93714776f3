import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { makeDestination } from "#db/factories.ts";
import { budgets } from "#db/schema/connections.ts";
import { breakers } from "#db/schema/guards.ts";
import { GET as getMetrics } from "../../app/metrics/route.ts";
import { doorCounters, watchDoor } from "../door/counters.ts";
import { type TestApi, testApi } from "../http/testing.ts";
import { aConnection, aDelivery } from "./testing.ts";

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const datasource = z.object({ type: z.literal("prometheus"), uid: z.string().regex(/^\$\{datasource\}$/) });
const place = z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() });
/** What Grafana needs of a dashboard to import it, with the data source as a variable. */
const dashboard = z.object({
  title: z.string(),
  uid: z.string().max(40),
  schemaVersion: z.number().int().min(36),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({
    list: z.tuple([
      z.object({
        name: z.literal("datasource"),
        type: z.literal("datasource"),
        query: z.literal("prometheus"),
      }),
    ]),
  }),
  panels: z.array(
    z.discriminatedUnion("type", [
      z.object({
        id: z.number(),
        type: z.literal("row"),
        title: z.string(),
        gridPos: place,
        panels: z.tuple([]),
      }),
      ...(["stat", "timeseries"] as const).map((type) =>
        z.object({
          id: z.number(),
          type: z.literal(type),
          title: z.string(),
          datasource,
          gridPos: place,
          targets: z.array(z.object({ refId: z.string(), datasource, expr: z.string() })).min(1),
          fieldConfig: z.object({
            defaults: z.object({ unit: z.string() }),
            overrides: z.array(z.unknown()),
          }),
          options: z.record(z.string(), z.unknown()),
        }),
      ),
    ]),
  ),
});

const read = () => {
  const file = path.resolve(import.meta.dirname, "../../docs/grafana-dashboard.json");
  return dashboard.parse(JSON.parse(readFileSync(file, "utf8")));
};

/** Every series of a real scrape of a Rollcall that has seen everything at least once. */
async function scraped(): Promise<Map<string, Set<string>>> {
  const connectionId = await aConnection(api.db, {
    baseUrl: "https://test.api-us1.com",
    callsPerMinute: 100,
  });
  await aDelivery(api.db, { connectionId, outcome: { status: "synced", runs: [{ steps: ["Loaded"] }] } });
  await api.db.insert(budgets).values({ account: "activecampaign test", slots: [], calls: 1 });
  await makeDestination(api.db, {
    settings: { url: "https://forum.example/hook" },
    secrets: Buffer.from(""),
  });
  await api.db.insert(breakers).values({ key: "crm:activecampaign test", failures: 2 });
  doorCounters.requests.inc({ outcome: "200" });
  doorCounters.answerSeconds.observe(0.004);
  watchDoor(() => ({ requests: 0, bytes: 0, spool: { since: null, deliveries: 0, bytes: 0, maxBytes: 1 } }));
  const { body } = await api.call("GET", getMetrics, { as: "viewer" });
  const series = new Map<string, Set<string>>();
  for (const [, name = "", labels = ""] of String(body).matchAll(/^([a-z_0-9]+)(\{.*\})? \S+$/gm)) {
    const known = series.get(name) ?? new Set();
    for (const [, label = ""] of labels.matchAll(/[{,]([a-z_]+)="/g)) known.add(label);
    series.set(name, known);
  }
  return series;
}

test("every query of the example dashboard names metrics and labels that a scrape has", async () => {
  const series = await scraped();
  const queries = read().panels.flatMap((panel) =>
    panel.type === "row" ? [] : panel.targets.map(({ expr }) => expr),
  );
  expect(queries.length).toBeGreaterThan(15);
  for (const expr of queries) {
    const names = expr.match(/\b(rollcall|process|nodejs)_[a-z0-9_]+/g) ?? [];
    expect([expr, names.filter((name) => !series.has(name))]).toEqual([expr, []]);
    const labels = [
      ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/,\s*/)),
      ...[...expr.matchAll(/[{,]\s*([a-z_]+)=/g)].map(([, label = ""]) => label),
    ];
    const known = new Set(names.flatMap((name) => [...(series.get(name) ?? [])]));
    expect([expr, labels.filter((label) => !known.has(label))]).toEqual([expr, []]);
  }
});

test("the panels have ids of their own and do not lie over each other", () => {
  const { panels } = read();
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBe(24);
});
