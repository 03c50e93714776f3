/** How the faults of a run ended; `notRun` are those that this machine cannot make. */
export type Tally = { held: number; missed: number; notRun: number };

/** What a run has shown, in a line; it claims nothing about what was not run. */
export function lastLine({ held, missed, notRun }: Tally): string {
  const all = held + missed + notRun;
  const rest = notRun === 0 ? "" : `; not run: ${notRun}`;
  if (missed > 0) return `${missed} of ${all} did not hold${rest}.`;
  if (held === 0) return `Nothing was tried${rest}.`;
  return notRun === 0
    ? "Nothing lost, nothing doubled."
    : `Nothing lost, nothing doubled in ${held} of ${all}${rest}.`;
}
