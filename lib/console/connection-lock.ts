import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "#db/client.ts";
import { AppError } from "../errors.ts";
import { processWide } from "../process-wide.ts";

/** First key of the advisory locks of connections; the second is the hash of the connection's id. */
const lockClass = 7_262;
/** A change may call the CRM several times, at its pace; whoever waits behind it longer than this is told so. */
const longestWaitMs = 20_000;
const retryMs = 100;
/** Sessions that changes hold in this process. The work behind a lock needs the same pool, so they never take it all. */
const mostHeld = 4;

const held = () => processWide("connection-lock.held", () => ({ count: 0 }));

/**
 * Runs one change of a connection at a time, over all processes that share the database. The lock is a session's, so
 * no transaction stays open while the CRM is called, and it falls with a process that dies. AppError("conflict") when
 * others held it for the whole wait.
 */
export async function withConnectionLock<T>(
  db: Db,
  connectionId: string,
  work: () => Promise<T>,
  waitMs = longestWaitMs,
): Promise<T> {
  const until = performance.now() + waitMs;
  for (;;) {
    const release = await tryLock(db, connectionId);
    if (release) return work().finally(release);
    if (performance.now() >= until) break;
    await sleep(retryMs);
  }
  throw new AppError("conflict", "This connection is being changed right now. Wait a moment and save again.");
}

/** Takes the lock if it is free; null otherwise. */
async function tryLock(db: Db, connectionId: string): Promise<(() => Promise<void>) | null> {
  const sessions = held();
  if (sessions.count >= mostHeld) return null;
  sessions.count += 1;
  const session = await db.$client.reserve().catch((error) => {
    sessions.count -= 1;
    throw error;
  });
  const giveBack = () => {
    session.release();
    sessions.count -= 1;
  };
  try {
    const [row] = await session<{ locked: boolean }[]>`
      select pg_try_advisory_lock(${lockClass}, hashtext(${connectionId})) as locked`;
    if (row?.locked) {
      return async () => {
        // When this fails the session is lost, and the lock with it.
        await session`select pg_advisory_unlock(${lockClass}, hashtext(${connectionId}))`.catch(
          () => undefined,
        );
        giveBack();
      };
    }
  } catch (error) {
    giveBack();
    throw error;
  }
  giveBack();
  return null;
}
