import type { Db } from "#db/client.ts";
import { log } from "../../log.ts";
import { takeRound } from "../rounds.ts";
import { watchSilence } from "../silence.ts";
import { evaluate } from "./evaluate.ts";
import { sendDue } from "./outbox.ts";
import { readers } from "./readers.ts";

const tickMs = 5_000;
const evaluateSeconds = 14;
const silenceSeconds = 60;

/** Watches the conditions and sends what has to be told, until stopped; any number of processes share the work. */
export function startAlerts(db: Db): { stop(): Promise<void> } {
  let stopped = false;
  let running = Promise.resolve();
  const work = async () => {
    if (await takeRound(db, "silence", silenceSeconds)) await watchSilence(db);
    if (await takeRound(db, "alerts", evaluateSeconds)) await evaluate(db, readers);
  };
  // One behind the other: a slow round is not joined by the next, and a channel that hangs does not stop the watch.
  const lines = [work, () => sendDue(db)].map((job) => ({ job, busy: false }));
  const tick = () => {
    for (const line of lines) {
      if (line.busy || stopped) continue;
      line.busy = true;
      const done = line
        .job()
        .then(
          () => undefined,
          (error) => log.error({ err: error }, "alerts.failed"),
        )
        .finally(() => {
          line.busy = false;
        });
      running = running.then(() => done);
    }
  };
  const timer = setInterval(tick, tickMs).unref();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
