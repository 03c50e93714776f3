import type { Db } from "#db/client.ts";
import { log } from "../log.ts";
import { explain, type ReasonCode } from "../reasons.ts";
import type { DoorAnswer } from "./envelope.ts";
import { guessWindowMs } from "./guesses.ts";
import { type NewDelivery, now } from "./new-delivery.ts";
import type { WaitedOutcome } from "./wait.ts";

/** An answer that belongs to no delivery. */
export const plain = (status: number, message: string): DoorAnswer => ({
  status,
  body: { status: "refused", message },
});

/** Recorded; the work follows. */
export const accepted = (deliveryId: string): DoorAnswer => ({
  status: 200,
  body: { status: "accepted", delivery: deliveryId },
});

/** The database did not take the delivery: the sender should come again. */
export const notKept = (): DoorAnswer => ({
  status: 503,
  body: { status: "unavailable", message: "Rollcall cannot store webhooks right now. Send this one again." },
  headers: { "Retry-After": "5" },
});

/** As much is inside the door as it can hold: the sender should come again. */
export const full = (): DoorAnswer => ({
  status: 503,
  body: { status: "unavailable", message: "Too many webhooks come at once. Send this one again." },
  headers: { "Retry-After": "2" },
  outcome: "full",
});

/** The body is larger than the door takes. */
export const tooLarge = (): DoorAnswer => ({
  ...plain(413, explain("too_large")?.sentence ?? ""),
  outcome: "too_large",
});

/** The caller went away, or took too long. */
export const broken = (): DoorAnswer => ({
  ...plain(408, "The request ended before its body was complete."),
  outcome: "broken",
});

/** Refused or not understood, with the reason and what to do. */
export function turnedAway(
  status: number,
  reason: ReasonCode,
  detail: string | null,
  deliveryId?: string,
): DoorAnswer {
  const told = explain(reason, { detail });
  return {
    status,
    body: {
      status: deliveryId ? "unreadable" : "rejected",
      reason,
      message: `${told?.sentence} ${told?.remedy}`,
      ...(deliveryId ? { delivery: deliveryId } : {}),
    },
    ...(status === 429 ? { headers: { "Retry-After": String(guessWindowMs / 1000) } } : {}),
  };
}

/**
 * The answer of a key that waits: 200 with the result, 422 `failed` with the reason when the run failed, whether or not
 * it will be tried again, 200 accepted when time was up. The time the CRM really waited is noted on the outcome.
 */
export async function afterWaiting(
  db: Db,
  delivery: Pick<NewDelivery, "id" | "receivedAt">,
  outcome: WaitedOutcome | null,
): Promise<DoorAnswer> {
  await db.$client`
    update outcomes set waited_ms = ${now() - delivery.receivedAt} where delivery_id = ${delivery.id}`.catch(
    (error) => log.warn({ err: error, delivery: delivery.id }, "door.wait_not_noted"),
  );
  if (!outcome) return accepted(delivery.id);
  const told = explain(outcome.reason, { detail: outcome.detail });
  const failed = outcome.status === "failed" || outcome.status === "dead";
  return {
    status: failed ? 422 : 200,
    body: {
      status: failed ? "failed" : outcome.status,
      delivery: delivery.id,
      ...(outcome.reason ? { reason: outcome.reason, message: `${told?.sentence} ${told?.remedy}` } : {}),
    },
  };
}
