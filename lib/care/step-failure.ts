import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { NotNow, RetryLater } from "../errors.ts";
import { log } from "../log.ts";
import { nextDelaySeconds } from "../sync/backoff.ts";
import { stopReason } from "../sync/timeline.ts";
import { enqueueStep } from "./request-sweep.ts";

/** Between two pages, so that the account's budget is never used up by them. */
export const paceSeconds = 1;
/** Until the next look when webhooks need the budget. */
export const yieldSeconds = 2;

const tables: Record<"sweep" | "audit", SQL> = { sweep: sql`sweeps`, audit: sql`audits` };

/**
 * Notes why a step stopped, and plans its next try; what only a person can mend, and the last try, end the work. Its
 * cursor stays where it was, so that the next one begins there.
 */
export async function failStep(
  db: Db,
  task: "sweep" | "audit",
  work: { id: string; attempts: number },
  jobId: string,
  error: unknown,
): Promise<void> {
  const { reason, detail } = stopReason(error);
  const mayRetry = error instanceof RetryLater || reason === "internal";
  const retryAfter = error instanceof RetryLater ? error.retryAfterSeconds : null;
  const untilSeconds = error instanceof NotNow ? (error.until.getTime() - Date.now()) / 1000 : 0;
  const wait = mayRetry ? nextDelaySeconds(work.attempts + 1, Math.max(retryAfter ?? 0, untilSeconds)) : null;
  log.warn({ [task]: work.id, err: reason === "internal" ? error : undefined, reason }, `${task}.stopped`);
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      update ${tables[task]} set attempts = attempts + ${error instanceof NotNow ? 0 : 1}, reason = ${reason}, detail = ${detail},
        moved_at = clock_timestamp(), state = case when ${wait === null} then 'failed' else state end,
        finished_at = case when ${wait === null} then clock_timestamp() end
      where id = ${work.id} and finished_at is null`);
    if (wait !== null) await enqueueStep(tx, task, jobId, wait);
  });
}
