import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";

/** Clean-ups and erasures share one queue, so that one of them runs at a time. */
const queue = "care";

/** Adds a clean-up, stored in `retention_runs` when a person asked for it; the one of tonight names no row. */
export async function enqueueRetention(tx: Tx, runId: string | null): Promise<void> {
  await tx.execute(sql`
    select graphile_worker.add_job('retention', json_build_object('runId', ${runId}::text),
      queue_name := ${queue}, job_key := ${`retention:${runId ?? "tonight"}`})`);
}

/** Adds, or takes up again, an erasure that is stored in `erasures`. */
export async function enqueueErasure(tx: Tx, erasureId: string): Promise<void> {
  await tx.execute(sql`
    select graphile_worker.add_job('erase', json_build_object('erasureId', ${erasureId}::text),
      queue_name := ${queue}, job_key := ${`erase:${erasureId}`})`);
}
