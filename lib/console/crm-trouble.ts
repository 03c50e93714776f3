import { AppError, GiveUp, RetryLater } from "../errors.ts";
import { explain } from "../reasons.ts";

/** Runs work that calls a CRM for a person who waits: a CRM's failure is answered as `unavailable`, in its own words. */
export async function callingCrm<T>(label: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GiveUp || error instanceof RetryLater)) throw error;
    const { reason, detail } = error;
    const explained = explain(reason, { crm: label, detail });
    const trouble = new AppError("unavailable", `${explained?.sentence} ${explained?.remedy}`, {
      reason,
      detail,
    });
    trouble.cause = error;
    throw trouble;
  }
}
