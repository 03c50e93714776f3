import type { Loaded } from "../crm/contract.ts";

/** A place in a reading: reads when all the others are ready to, or gives the place up. */
export type Seat = { load(contactId: string): Promise<Loaded>; leave(): void };

/**
 * Lets so many runs ask for their contacts in one moment, so that they share full calls however unevenly they come to
 * it. A run that needs no reading must leave, or the others wait for it.
 */
export function readTogether(load: (contactId: string) => Promise<Loaded>, runs: number): Seat[] {
  let missing = runs;
  let start: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    start = resolve;
  });
  return Array.from({ length: runs }, () => {
    let settled = false;
    const settle = () => {
      if (settled) return;
      settled = true;
      missing -= 1;
      if (missing === 0) start();
    };
    return {
      async load(contactId) {
        settle();
        await ready;
        return load(contactId);
      },
      leave: settle,
    };
  });
}
