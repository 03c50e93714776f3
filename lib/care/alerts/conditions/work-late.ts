import { readBacklog } from "../../../console/backlog.ts";
import { counted, type ReadConditions, roughly } from "../condition.ts";
import { readLimits } from "../limits.ts";

/** Work that could run and does not. */
export const readWorkLate: ReadConditions = async (db) => {
  const [{ queued, oldestDueSeconds }, { workLateMinutes }] = await Promise.all([
    readBacklog(db),
    readLimits(db),
  ]);
  if (oldestDueSeconds === null || oldestDueSeconds < workLateMinutes * 60) return [];
  return [
    {
      kind: "work_late",
      key: "work_late",
      connectionId: null,
      level: "bad",
      text: {
        title: `Webhooks wait at the queue: the oldest for ${roughly(oldestDueSeconds * 1000)}, the limit is ${roughly(workLateMinutes * 60_000)}.`,
        safe: `Nothing is lost: ${counted(queued, "webhook")} ${queued === 1 ? "waits" : "wait"} for a run.`,
        remedy: "If no worker runs, start one. Otherwise the overview shows which hop is slow.",
        path: "/",
        action: "Open the overview",
      },
    },
  ];
};
