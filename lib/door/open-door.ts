import path from "node:path";
import type { Db } from "#db/client.ts";
import { database } from "../database.ts";
import { env } from "../env.ts";
import { processWide } from "../process-wide.ts";
import { type Guesses, openGuesses } from "./guesses.ts";
import { type KeyCache, openKeyCache } from "./keys.ts";
import { openRecorder, type Recorder } from "./record.ts";
import { openRefusalAllowance } from "./refusals.ts";
import { openWaiter, type Waiter } from "./wait.ts";

/** What `receive` works with. */
export type Door = {
  db: Db;
  keys: KeyCache;
  recorder: Recorder;
  waiter: Waiter;
  guesses: Guesses;
  mayKeepRefusal: (nowMs: number) => boolean;
};

export function openDoor(db: Db, spoolFolder = path.join(env().DATA_DIR, "spool")): Door {
  return {
    db,
    keys: openKeyCache(db),
    recorder: openRecorder(db, spoolFolder),
    waiter: openWaiter(db),
    guesses: openGuesses(),
    mayKeepRefusal: openRefusalAllowance(),
  };
}

/** Lets every accepted delivery reach its commit. */
export async function closeDoor(door: Door): Promise<void> {
  await door.recorder.close();
  await Promise.all([door.keys.close(), door.waiter.close()]);
}

/** The door of this process, one for the fast lane and Next's route handlers. */
export const theDoor = (): Door => processWide("door", () => openDoor(database()));
