import { readBreaker } from "./conditions/breaker.ts";
import { readFlood } from "./conditions/flood.ts";
import { readGaveUp } from "./conditions/gave-up.ts";
import { readGaveUpAtSites } from "./conditions/gave-up-sites.ts";
import { readLoopGuard } from "./conditions/loop-guard.ts";
import { readPasswordLate } from "./conditions/password-late.ts";
import { readRegistration } from "./conditions/registration.ts";
import { readSilence } from "./conditions/silence.ts";
import { readSiteStopped } from "./conditions/site.ts";
import { readWorkLate } from "./conditions/work-late.ts";
import type { Readers } from "./evaluate.ts";

/**
 * What is watched in the database. The spool is watched where it lies, by each process with a door, which says again and again
 * that an alert of it lasts; here it only closes when that stops.
 */
export const readers: Readers = {
  work_late: readWorkLate,
  gave_up: async (db) => [...(await readGaveUp(db)), ...(await readGaveUpAtSites(db))],
  breaker: readBreaker,
  site_stopped: readSiteStopped,
  loop_guard: readLoopGuard,
  flood: readFlood,
  spool: async () => [],
  registration: readRegistration,
  silence: readSilence,
  password_late: readPasswordLate,
};
