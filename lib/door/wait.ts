import type { Db } from "#db/client.ts";
import type { Status } from "../words.ts";

/** What became of a delivery, as far as it is known. */
export type WaitedOutcome = { status: Status; reason: string | null; detail: string | null };

export type Waiter = {
  /** The delivery's first result, or null when `seconds` are over. Call it before the delivery is recorded. */
  expect(deliveryId: string, seconds: number): { result: Promise<WaitedOutcome | null>; cancel(): void };
  close(): Promise<void>;
};

const settled = ["synced", "partly_synced", "failed", "dead", "skipped", "duplicate", "filtered", "held"];

/** Reads whether a first result is there: a failed run counts, also when it will be tried again. */
async function readOutcome(db: Db, deliveryId: string): Promise<WaitedOutcome | null> {
  const [row] = await db.$client<WaitedOutcome[]>`
    select status, reason, detail from outcomes
    where delivery_id = ${deliveryId} and status in ${db.$client(settled)}`;
  return row ?? null;
}

/** Waits for outcomes by NOTIFY `rollcall_outcome`, which the worker sends for deliveries that somebody waits for. */
export function openWaiter(db: Db): Waiter {
  const waiting = new Map<string, () => void>();
  const listening = db.$client
    .listen(
      "rollcall_outcome",
      (id) => waiting.get(id)?.(),
      () => waiting.forEach((wake) => void wake()),
    )
    .catch(() => null);
  return {
    expect(deliveryId, seconds) {
      let finish: (outcome: WaitedOutcome | null) => void = () => undefined;
      const result = new Promise<WaitedOutcome | null>((resolve) => {
        finish = resolve;
      });
      const look = (last: boolean) =>
        readOutcome(db, deliveryId).then(
          (outcome) => (outcome || last) && end(outcome),
          () => last && end(null),
        );
      const timer = setTimeout(() => void look(true), seconds * 1000);
      const end = (outcome: WaitedOutcome | null) => {
        clearTimeout(timer);
        waiting.delete(deliveryId);
        finish(outcome);
      };
      waiting.set(deliveryId, () => void look(false));
      return { result, cancel: () => end(null) };
    },
    async close() {
      for (const wake of waiting.values()) wake();
      await (await listening)?.unlisten().catch(() => undefined);
    },
  };
}
