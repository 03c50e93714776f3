import { setTimeout as sleep } from "node:timers/promises";

const retryMs = 1_000;

/** Says that the database is away or not ready, which may pass: nobody there, still starting, ending, full, or read-only. */
const passing = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "25006",
  "53100",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);

/** Whether an error only says that the database cannot be worked with right now, in Node's or PostgreSQL's code. */
export function isUnreachable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("code" in error && passing.has(String(error.code))) return true;
  if (error instanceof AggregateError) return error.errors.every(isUnreachable);
  return "cause" in error && isUnreachable(error.cause);
}

/**
 * Does work that needs the database, again every second while it is unreachable. Any other error is thrown; `waiting`
 * is told of the first failure; `given` up ends it with null.
 */
export async function untilReachable<T>(
  work: () => Promise<T>,
  options: { waiting: (error: unknown) => void; givenUp: () => boolean },
): Promise<T | null> {
  for (let tries = 0; !options.givenUp(); tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      if (tries === 0) options.waiting(error);
      await sleep(retryMs);
    }
  }
  return null;
}
