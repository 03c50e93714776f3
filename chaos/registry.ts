import type { RightEnd } from "./audit.ts";
import type { Lab, LabOptions } from "./lab.ts";
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

/** One fault: what happens to a world under load. The harness checks what is left afterwards. */
export type Scenario = {
  /** Its number in the list of faults. */
  number: number;
  name: string;
  title: string;
  /** Part of every test run. */
  inQuick?: boolean;
  lab?: () => LabOptions;
  /** Why it cannot run on this machine; null when it can. */
  needs?: () => string | null;
  /** Which outcomes are right besides synced. */
  right?: RightEnd;
  run(lab: Lab, quick: boolean): Promise<void>;
  tidy?: () => void;
};

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
