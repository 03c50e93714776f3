import type { TaskList } from "graphile-worker";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { stepAudit } from "./audit.ts";
import { startDue } from "./start-due.ts";
import { stepSweep } from "./sweep.ts";

const payload = z.object({ id: z.uuid() });

/** What finds missed webhooks: sweeps and audits, a step a job, and what starts those that are due. */
export const reconcileTasks = (db: Db): TaskList => ({
  sweep: (given) => stepSweep(db, payload.parse(given).id),
  audit: (given) => stepAudit(db, payload.parse(given).id),
  start_due: () => startDue(db),
});

export const reconcileCron = { task: "start_due", match: "* * * * *" };
