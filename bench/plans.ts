import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { Db } from "#db/client.ts";

const plansDir = ".cache/bench-plans";

export type Case = { name: string; run: (db: Db) => Promise<unknown> };

/** Runs each case once and writes down how PostgreSQL answered every query of it; resolves with the folder. */
export async function savePlans(url: string, cases: readonly Case[]): Promise<string> {
  const seen: { query: string; values: unknown[] }[] = [];
  const client = postgres(url, {
    max: 1,
    onnotice: () => {},
    debug: (_, query, values) => void seen.push({ query, values }),
  });
  // The bench knows no schema by name: the functions under test bring their tables.
  const db = drizzle(client) as unknown as Db;
  mkdirSync(plansDir, { recursive: true });
  for (const { name, run } of cases) {
    seen.length = 0;
    await run(db);
    const asked = seen.filter(
      ({ query }) => /^\s*\(?\s*(select|with)\b/i.test(query) && !/pg_type/.test(query),
    );
    const parts: string[] = [];
    for (const { query, values } of asked) {
      const rows = await client.unsafe(
        `explain (analyze, buffers) ${query}`,
        values as postgres.ParameterOrJSON<never>[],
      );
      parts.push(`${query.trim()}\n\n${rows.map((row) => row["QUERY PLAN"]).join("\n")}\n`);
    }
    writeFileSync(path.join(plansDir, `${name.replace(/[^a-z0-9]+/gi, "-")}.txt`), parts.join("\n\n"));
  }
  await client.end();
  return plansDir;
}
