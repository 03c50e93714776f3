import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { Db } from "#db/client.ts";

const plansDir = ".cache/bench-plans";

export type Case = { name: string; run: (db: Db) => Promise<unknown> };

/** What the queries of a case took in PostgreSQL: milliseconds to plan and run, and pages that were looked at. */
export type Cost = { ms: number; pages: number };

/** Runs each case once and writes down how PostgreSQL answered every query of it, and what that cost. */
export async function savePlans(
  url: string,
  cases: readonly Case[],
): Promise<{ folder: string; costs: Map<string, Cost> }> {
  const seen: { query: string; values: unknown[] }[] = [];
  const client = postgres(url, {
    max: 1,
    onnotice: () => {},
    debug: (_, query, values) => void seen.push({ query, values }),
  });
  // The bench knows no schema by name: the functions under test bring their tables.
  const db = drizzle(client) as unknown as Db;
  const costs = new Map<string, Cost>();
  mkdirSync(plansDir, { recursive: true });
  for (const { name, run } of cases) {
    seen.length = 0;
    await run(db);
    const asked = seen.filter(
      ({ query }) => /^\s*\(?\s*(select|with)\b/i.test(query) && !/pg_type/.test(query),
    );
    const parts: string[] = [];
    const plans: string[] = [];
    for (const { query, values } of asked) {
      const rows = await client.unsafe(
        `explain (analyze, buffers) ${query}`,
        values as postgres.ParameterOrJSON<never>[],
      );
      plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      parts.push(`${query.trim()}\n\n${plans.at(-1)}\n`);
    }
    costs.set(name, costOf(plans));
    writeFileSync(path.join(plansDir, `${name.replace(/[^a-z0-9]+/gi, "-")}.txt`), parts.join("\n\n"));
  }
  await client.end();
  return { folder: plansDir, costs };
}

/** The first line of buffers of a plan counts those of all its parts. */
function costOf(plans: readonly string[]): Cost {
  const sum = { ms: 0, pages: 0 };
  for (const plan of plans) {
    for (const [, ms] of plan.matchAll(/^(?:Planning|Execution) Time: ([\d.]+)/gm)) sum.ms += Number(ms);
    const [, hit = 0, read = 0] = /Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(plan) ?? [];
    sum.pages += Number(hit) + Number(read);
  }
  return sum;
}
