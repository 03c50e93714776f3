import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { uuidv7Floor } from "../ids.ts";

export type RunFigures = {
  open: number;
  byStatus: { status: string; runs: number }[];
  seconds: { quantile: string; value: number }[];
};

const windowMs = 5 * 60 * 1000;

/**
 * The runs of the last five minutes by how they ended, and how long they took. Counted from the database, so every
 * process says the same, a restart resets nothing, and a process that only works needs no port to be scraped at.
 */
export async function readRunFigures(db: Db): Promise<RunFigures> {
  const since = uuidv7Floor(new Date(Date.now() - windowMs));
  const [statuses, [times], [open]] = await Promise.all([
    db.execute<{ status: string; runs: number }>(sql`
      select status, count(*)::int as runs from syncs
      where id >= ${since}::uuid and finished_at is not null group by 1 order by 1`),
    db.execute<{ p50: number | null; p95: number | null; p99: number | null }>(sql`
      select percentile_cont(0.5) within group (order by ms) / 1000 as p50,
        percentile_cont(0.95) within group (order by ms) / 1000 as p95,
        percentile_cont(0.99) within group (order by ms) / 1000 as p99
      from syncs where id >= ${since}::uuid and ms is not null`),
    db.execute<{ runs: number }>(sql`select count(*)::int as runs from syncs where finished_at is null`),
  ]);
  const seconds = Object.entries({ "0.5": times?.p50, "0.95": times?.p95, "0.99": times?.p99 });
  return {
    open: open?.runs ?? 0,
    byStatus: [...statuses],
    seconds: seconds.map(([quantile, value]) => ({ quantile, value: value ?? 0 })),
  };
}
