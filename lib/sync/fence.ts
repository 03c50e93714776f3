import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";

/** The run was given up by the sweeper while it still worked; another run has the contact now. */
export class LeaseLost extends Error {
  constructor(syncId: string) {
    super(`The run ${syncId} was taken from this worker.`);
    this.name = "LeaseLost";
  }
}

/**
 * Makes sure that a run still has its contact; throws LeaseLost when the sweeper gave it to another. Within a
 * transaction it has it until the end of that. Called before everything that a later run must not find overwritten: a
 * worker that was frozen and wakes up changes nothing any more.
 */
export async function holdLease(tx: Tx, syncId: string): Promise<void> {
  const [held] = await tx.execute(
    sql`select 1 from syncs where id = ${syncId} and finished_at is null for share`,
  );
  if (!held) throw new LeaseLost(syncId);
}
