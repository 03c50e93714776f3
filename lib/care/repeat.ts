import { log } from "../log.ts";

/** Work that repeats until it is stopped. */
export type Repeating = { stop(): Promise<void> };

/**
 * Does a job every `everyMs`, the first time after `firstMs`; a job that takes longer is not joined by the next. What it
 * throws is logged as `name`. `stop` waits for the job that runs, which is told by `stopping`.
 */
export function repeat(
  name: string,
  { everyMs, firstMs = everyMs }: { everyMs: number; firstMs?: number },
  job: (stopping: () => boolean) => Promise<unknown>,
): Repeating {
  let stopped = false;
  let running: Promise<unknown> | null = null;
  let timer: NodeJS.Timeout;
  const turn = () => {
    running = job(() => stopped)
      .catch((error) => log.error({ err: error }, name))
      .finally(() => {
        running = null;
        if (!stopped) timer = setTimeout(turn, everyMs).unref();
      });
  };
  timer = setTimeout(turn, firstMs).unref();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
