import type { RightEnd } from "./audit.ts";
import type { Lab, LabOptions } from "./lab.ts";

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
