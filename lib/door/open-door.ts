import path from "node:path";
import { closeDb, type Db, openDb } from "#db/client.ts";
import { env } from "../env.ts";
import { processWide } from "../process-wide.ts";
import { type Admission, openAdmission } from "./admission.ts";
import { watchDoor } from "./counters.ts";
import { type Guesses, openGuesses } from "./guesses.ts";
import { openKeySnapshot } from "./key-snapshot.ts";
import { type KeyCache, openKeyCache } from "./keys.ts";
import { noteOutage } from "./outages.ts";
import { openRecorder, type Recorder } from "./record.ts";
import { openRefusalAllowance } from "./refusals.ts";
import { openWaiter, type Waiter } from "./wait.ts";

/** What `receive` works with. */
export type Door = {
  db: Db;
  admission: Admission;
  keys: KeyCache;
  recorder: Recorder;
  waiter: Waiter;
  guesses: Guesses;
  mayKeepRefusal: (nowMs: number) => boolean;
};

/** Opens the door; nothing needs the database to be there yet. `folder` holds the spool and the last known keys. */
export function openDoor(db: Db, folder = path.join(env().DATA_DIR, "spool")): Door {
  return {
    db,
    admission: openAdmission(({ beganAt, endedAt, requests }) => {
      void noteOutage(db, { kind: "full", beganAt, endedAt, deliveries: requests });
    }),
    keys: openKeyCache(db, openKeySnapshot(folder)),
    recorder: openRecorder(db, folder, env().SPOOL_MAX_MB * 1024 * 1024),
    waiter: openWaiter(db),
    guesses: openGuesses(),
    mayKeepRefusal: openRefusalAllowance(),
  };
}

/** Lets every accepted delivery reach its commit. */
export async function closeDoor(door: Door): Promise<void> {
  door.admission.close();
  await door.recorder.close();
  await Promise.all([door.keys.close(), door.waiter.close()]);
}

/** Few connections of its own: a slow page of the console must never stand before a webhook. */
const pool = { max: 3, name: "rollcall door", silenceMs: 8_000 };

/** The door of this process, one for the fast lane and Next's route handlers. */
export const theDoor = (): Door =>
  processWide("door", () => {
    const door = openDoor(openDb(env().DATABASE_URL ?? "", pool));
    watchDoor(() => ({ ...door.admission.held(), spool: door.recorder.spool() }));
    return door;
  });

/** Closes the door of this process, with the connections that it had for itself. */
export async function closeTheDoor(): Promise<void> {
  const door = theDoor();
  await closeDoor(door);
  await closeDb(door.db);
}
