/** Lets a loop sleep until somebody asks for it. */
export type Alarm = {
  /** Ends the sleep; when nobody sleeps, the next one ends at once. */
  ring(): void;
  /** Resolves after `ms` milliseconds, or when it rang since the last sleep ended. */
  sleep(ms: number): Promise<void>;
};

/** For loops that are woken for every webhook: an abort signal makes an error and its stack each time. */
export function openAlarm(): Alarm {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async sleep(ms) {
      if (!rung) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, ms);
        });
        clearTimeout(timer);
        wake = null;
      }
      rung = false;
    },
  };
}
