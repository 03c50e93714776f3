import type { Step } from "#db/schema/syncs.ts";
import type { Attempt, DeliveryStep } from "../api/delivery-shapes.ts";
import { explain, type ReasonCode } from "../reasons.ts";
import { type DeliveryRow, statusOf } from "./delivery-rows.ts";

/** A run as the detail needs it. */
export type Run = {
  id: string;
  attempt: number;
  startedAt: Date;
  ms: number | null;
  status: string;
  reason: string | null;
  detail: string | null;
  workerId: string;
  steps: Step[];
};

type Part = Pick<DeliveryStep, "name" | "hop" | "status"> & {
  at: number;
  ms: number;
  reason?: string | null;
  detail?: string | null;
};

/** Every hop of a delivery in order: the door, the queue, then each run's steps with the number of the run. */
export function composeSteps(row: DeliveryRow, runs: Run[], crm: string | null): DeliveryStep[] {
  const parts = [...doorSteps(row), ...queueSteps(row)].map((part) => stepJson(part, crm));
  const ran = runs.flatMap((run, index) =>
    run.steps.map((step) => ({
      ...step,
      reason: step.reason as ReasonCode | null,
      sentence: explain(step.reason, { crm, detail: step.detail })?.sentence ?? null,
      attempt: index + 1,
    })),
  );
  return [...parts, ...ran];
}

/** A run as the list of attempts shows it. `number` counts this delivery's own runs. */
export const runJson = (run: Run, index: number, crm: string | null): Attempt => ({
  id: run.id,
  number: index + 1,
  startedAt: run.startedAt.toISOString(),
  ms: run.ms,
  status: run.status,
  reason: run.reason as ReasonCode | null,
  sentence: explain(run.reason, { crm, detail: run.detail })?.sentence ?? null,
  workerId: run.workerId,
});

function doorSteps(row: DeliveryRow): Part[] {
  const start = row.receivedAt.getTime();
  const decided = row.readMs + row.keyMs;
  const refused = row.verdict === "rejected" ? row.doorReason : null;
  const unread = row.verdict === "unreadable" ? row.doorReason : null;
  const steps: Part[] = [
    {
      name: "received",
      hop: "door",
      status: unread ? "failed" : "done",
      at: start,
      ms: row.readMs,
      reason: unread,
      detail: unread ? row.doorDetail : row.remoteAddress,
    },
    {
      name: "key",
      hop: "door",
      status: refused ? "failed" : "done",
      at: start + row.readMs,
      ms: row.keyMs,
      reason: refused,
      detail: refused ? row.doorDetail : row.keyName,
    },
  ];
  // The times of a commit are written a moment after it.
  const committed = row.committedMs ?? decided;
  steps.push({ name: "recorded", hop: "door", status: "done", at: start + decided, ms: committed - decided });
  if (row.answeredMs !== null) {
    const answered = row.outcome?.waitedMs ?? row.answeredMs;
    steps.push({
      name: "answered",
      hop: "door",
      status: "done",
      at: start + committed,
      ms: answered - committed,
      detail: refusedWith(row),
    });
  }
  return steps;
}

const unauthorized = ["no_such_key", "key_revoked", "key_expired"];

/** What the sender of a refused call read: "401, turned away"; null for one that was taken. */
function refusedWith({ verdict, doorReason }: DeliveryRow): string | null {
  if (verdict === "unreadable") return "422, not understood";
  if (verdict !== "rejected") return null;
  const status = doorReason === "too_many_calls" ? 429 : unauthorized.includes(doorReason ?? "") ? 401 : 403;
  return `${status}, turned away`;
}

const leftAtTheQueue = ["duplicate", "filtered", "held"];

function queueSteps(row: DeliveryRow): Part[] {
  const recordedMs = row.committedMs ?? row.readMs + row.keyMs;
  const recorded = row.receivedAt.getTime() + recordedMs;
  if (!row.outcome) {
    const open = statusOf(row) === "queued";
    return open ? [{ name: "collected", hop: "queue", status: "waiting", at: recorded, ms: 0 }] : [];
  }
  if (row.verdict !== "accepted") return [];
  const left = row.outcome.hop === "queue" && leftAtTheQueue.includes(row.outcome.status);
  return [
    {
      name: "collected",
      hop: "queue",
      status: left ? "skipped" : "done",
      at: recorded,
      ms: (row.collectedMs ?? recordedMs) - recordedMs,
      reason: left ? row.outcome.reason : null,
      detail: left ? row.outcome.detail : null,
    },
  ];
}

function stepJson({ at, ms, reason = null, detail = null, ...part }: Part, crm: string | null): DeliveryStep {
  return {
    ...part,
    startedAt: new Date(at).toISOString(),
    ms: Math.max(0, Math.round(ms * 1000) / 1000),
    reason: reason as ReasonCode | null,
    detail,
    sentence: explain(reason, { crm, detail })?.sentence ?? null,
    attempt: null,
  };
}
