import type { Step } from "#db/schema/syncs.ts";
import { GiveUp, RetryLater } from "../errors.ts";
import type { ReasonCode } from "../reasons.ts";

type Told = { status?: Step["status"]; reason?: Step["reason"]; detail?: string | null };

/** Collects the timed steps of one run. */
export type Timeline = {
  steps: Step[];
  /** Times `work`; `tell` turns its result into what the step says. A thrown error is noted and thrown on. */
  step<T>(name: string, hop: Step["hop"], work: () => Promise<T>, tell?: (result: T) => Told): Promise<T>;
  /** Notes something that took no time. */
  note(name: string, hop: Step["hop"], told: Told): void;
};

/** The reason and detail of an error that stopped a run; anything unforeseen is our own failure. */
export function stopReason(error: unknown): { reason: ReasonCode; detail: string | null } {
  if (error instanceof RetryLater || error instanceof GiveUp)
    return { reason: error.reason, detail: error.detail };
  return { reason: "internal", detail: null };
}

export function openTimeline(): Timeline {
  const steps: Step[] = [];
  const add = (name: string, hop: Step["hop"], began: number, told: Told) =>
    steps.push({
      name,
      hop,
      startedAt: new Date(performance.timeOrigin + began).toISOString(),
      ms: Math.round((performance.now() - began) * 100) / 100,
      status: told.status ?? "done",
      reason: told.reason ?? null,
      detail: told.detail ?? null,
    });
  return {
    steps,
    note: (name, hop, told) => void add(name, hop, performance.now(), told),
    async step(name, hop, work, tell) {
      const began = performance.now();
      try {
        const result = await work();
        add(name, hop, began, tell?.(result) ?? {});
        return result;
      } catch (error) {
        add(name, hop, began, { status: "failed", ...stopReason(error) });
        throw error;
      }
    },
  };
}
