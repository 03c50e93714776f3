import type { Scenario } from "./scenario.ts";
import { burst } from "./scenarios/burst.ts";
import { clockSkew } from "./scenarios/clock-skew.ts";
import { contactChanges } from "./scenarios/contact-changes.ts";
import { crmAnswers } from "./scenarios/crm-answers.ts";
import { databaseRestart } from "./scenarios/database-restart.ts";
import { duplicates } from "./scenarios/duplicates.ts";
import { frozenWorker } from "./scenarios/frozen-worker.ts";
import { halfOpenCrm, halfOpenWeb, halfOpenWorkers } from "./scenarios/half-open.ts";
import { keyRotation } from "./scenarios/key-rotation.ts";
import { killWeb } from "./scenarios/kill-web.ts";
import { killWorker } from "./scenarios/kill-worker.ts";
import { diskFull, readOnlyDatabase } from "./scenarios/no-writes.ts";
import { poolExhausted } from "./scenarios/pool-exhausted.ts";
import { replay } from "./scenarios/replay.ts";

/** Every fault; a new one is a file and a line here. */
export const scenarios: Scenario[] = [
  killWeb,
  killWorker,
  databaseRestart,
  poolExhausted,
  halfOpenWeb,
  halfOpenWorkers,
  halfOpenCrm,
  crmAnswers,
  contactChanges,
  burst,
  clockSkew,
  readOnlyDatabase,
  diskFull,
  duplicates,
  keyRotation,
  replay,
  frozenWorker,
];
