import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";

/** The runs that this process is working on now, and the workers it has been. */
const runs = new Set<string>();
const workers = new Set<string>();

/** A run has begun here; the returned function says that it is over. */
export function beginWork(syncId: string): () => void {
  runs.add(syncId);
  return () => void runs.delete(syncId);
}

/** Runs are opened in this process under this id. */
export const knownAs = (workerId: string): void => void workers.add(workerId);

/** A run that nobody has begun so long after it was opened, nobody knows of. */
const unknownSeconds = 10;

/**
 * The runs that were opened for this process and that it does not know: the connection was lost between the commit and
 * its answer. Nobody else would end them while the process lives.
 */
export async function lostRuns(tx: Tx): Promise<string[]> {
  if (workers.size === 0) return [];
  const open = await tx.execute<{ id: string }>(sql`
    select id from syncs where finished_at is null and worker_id in ${[...workers]}
      and started_at < clock_timestamp() - ${unknownSeconds} * interval '1 second'`);
  return open.map((row) => row.id).filter((id) => !runs.has(id));
}
