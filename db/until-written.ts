import { setTimeout as sleep } from "node:timers/promises";
import { isUnreachable } from "./until-reachable.ts";

const longestPauseMs = 5_000;

/** Two transactions that stood in each other's way; PostgreSQL has undone one of them. */
const conflicts = new Set(["40001", "40P01", "55P03"]);

function isConflict(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  return (
    ("code" in error && conflicts.has(String(error.code))) || ("cause" in error && isConflict(error.cause))
  );
}

/**
 * Writes what must not be left unwritten while this process lives: again and again while the database is away or
 * another transaction is in the way. Any other error is thrown. `work` must be safe to repeat.
 */
export async function untilWritten<T>(work: () => Promise<T>): Promise<T> {
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) && !isUnreachable(error)) throw error;
      await sleep(pauseMs);
    }
  }
}
