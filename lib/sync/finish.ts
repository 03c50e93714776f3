import type { Db } from "#db/client.ts";
import type { Step } from "#db/schema/syncs.ts";
import type { ContactRef } from "../queue/enqueue.ts";
import { closeTogether } from "./close-together.ts";
import type { Run } from "./lease.ts";
import { driftState, type Left, type RunResult, verdictOf } from "./verdict.ts";

/**
 * Ends a run: steps and result of the run, the outcome of every delivery and drift it took, the next try, and one more
 * run when deliveries came meanwhile. What is right here and still owed to a site goes on running there. A run that was
 * given up by the sweeper in between changes nothing. Nobody else would close the run of a living worker, so this waits
 * for a database that is away.
 */
export async function closeRun(
  db: Db,
  ref: ContactRef,
  run: Run,
  report: { result: RunResult; steps: Step[]; ms: number },
): Promise<void> {
  const { result, steps, ms } = report;
  const lastHop = steps.findLast((step) => step.status !== "warn")?.hop ?? "crm";
  const deliveries = run.deliveries.map((one) => ({
    id: one.deliveryId,
    ...verdictOf(result, one, lastHop),
  }));
  const drifts = run.drifts.map(({ driftId, attempts }) => {
    const verdict = verdictOf(result, { attempts, attemptsBefore: 0 }, lastHop);
    return { id: driftId, ...verdict, state: driftState(verdict) };
  });
  const all = [...deliveries, ...drifts];
  const worst = all.find((row) => row.status === "failed") ?? all[0];
  const isWhole = run.drifts.length > 0 || run.deliveries.some((one) => one.action !== "update_tags");
  const isRight = result.kind === "synced" || (result.kind === "skipped" && result.reason === "no_change");
  await closeTogether(db, {
    ...ref,
    syncId: run.syncId,
    status: worst?.status ?? "synced",
    reason: worst?.reason ?? null,
    detail: worst?.detail ?? null,
    attempt: Math.max(...[...run.deliveries, ...run.drifts].map((one) => one.attempts)),
    ms,
    steps,
    changes: result.changes ?? null,
    memberId: result.memberId ?? null,
    contact: result.contact ?? null,
    settlesDrift: isWhole && isRight,
    deliveries,
    drifts,
  });
}

/** Settles deliveries of a run that goes on without them; one that the sweeper gave to another run stays as it is. */
export async function leaveDeliveries(
  db: Db,
  syncId: string,
  deliveryIds: readonly string[],
  left: Left,
): Promise<void> {
  if (deliveryIds.length === 0) return;
  await db.$client`
    with settled as (
      update outcomes set status = ${left.status}, reason = ${left.reason}, detail = ${left.detail}, hop = 'queue',
        finished_at = clock_timestamp()
      where delivery_id in ${db.$client([...deliveryIds])} and status = 'running'
        and sync_ids[cardinality(sync_ids)] = ${syncId}::uuid
      returning delivery_id, params
    )
    select pg_notify('rollcall_outcome', delivery_id::text) from settled where params ? 'waitSeconds'`;
}
