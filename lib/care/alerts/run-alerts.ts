import type { Db } from "#db/client.ts";
import { type Repeating, repeat } from "../repeat.ts";
import { takeRound } from "../rounds.ts";
import { watchSilence } from "../silence.ts";
import { evaluate } from "./evaluate.ts";
import { sendDue } from "./outbox.ts";
import { readers } from "./readers.ts";

const evaluateSeconds = 14;
const silenceSeconds = 60;

/**
 * Watches the conditions and sends what has to be told, until stopped. Any number of processes share the work; a channel
 * that hangs does not stop the watch.
 */
export function startAlerts(db: Db): Repeating {
  const watch = repeat("alerts.failed", { everyMs: 5_000 }, async () => {
    if (await takeRound(db, "silence", silenceSeconds)) await watchSilence(db);
    if (await takeRound(db, "alerts", evaluateSeconds)) await evaluate(db, readers);
  });
  const send = repeat("alerts.not_sent", { everyMs: 2_000 }, (stopping) => sendDue(db, stopping));
  return {
    async stop() {
      await Promise.all([watch.stop(), send.stop()]);
    },
  };
}
