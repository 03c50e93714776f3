import { setTimeout as sleep } from "node:timers/promises";
import { log } from "./log.ts";

/** What a process runs and has to end. */
export type Part = "http" | "worker" | "alerts" | "next" | "door" | "heartbeat" | "pool" | "postgres";

/** Requests and jobs in flight first, then what they used. Each group has its limit in milliseconds. */
const order: { parts: Part[]; limitMs: number }[] = [
  { parts: ["http", "worker", "alerts"], limitMs: 5_500 },
  { parts: ["next", "door", "heartbeat"], limitMs: 1_500 },
  { parts: ["pool"], limitMs: 1_000 },
  { parts: ["postgres"], limitMs: 1_500 },
];
/** npm and a terminal may each pass on the one Ctrl-C; signals this close together are one. */
const sameSignalMs = 300;

const ends = new Map<Part, () => Promise<unknown>>();
let stoppingSince: number | undefined;

/** Names how a part ends. */
export const onStop = (part: Part, end: () => Promise<unknown>): void => void ends.set(part, end);

export const isStopping = (): boolean => stoppingSince !== undefined;

/** Stops on SIGTERM, SIGINT and the end of the process that started this one; a second signal exits at once. */
export function stopOnSignals(): void {
  const onSignal = (signal: NodeJS.Signals) => {
    if (stoppingSince === undefined) void stop(signal, 0);
    else if (Date.now() - stoppingSince > sameSignalMs) process.exit(1);
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  process.on("disconnect", () => void stop("the launcher ended", 0));
}

/** Ends every part in order and then the process, within ten seconds; what is cut short is finished by the next start. */
export async function stop(cause: string, exitCode: number): Promise<void> {
  if (stoppingSince !== undefined) return;
  stoppingSince = Date.now();
  log.info({ cause }, "server.stopping");
  for (const { parts, limitMs } of order) await Promise.all(parts.map((part) => endPart(part, limitMs)));
  log.info({ ms: Date.now() - stoppingSince }, "server.stopped");
  process.exit(exitCode);
}

async function endPart(part: Part, limitMs: number): Promise<void> {
  const end = ends.get(part);
  if (!end) return;
  try {
    const result = await Promise.race([end(), sleep(limitMs, "late", { ref: false })]);
    if (result === "late") log.warn({ part }, "server.stop_cut_short");
  } catch (error) {
    log.warn({ part, err: error }, "server.stop_failed");
  }
}
