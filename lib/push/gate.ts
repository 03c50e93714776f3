import { once } from "node:events";
import type { Db } from "#db/client.ts";
import { NotNow } from "../errors.ts";
import { passBreakers } from "../queue/breaker.ts";
import type { ReasonCode } from "../reasons.ts";
import { acquireSiteCall, breakerOf, type DestinationRow } from "./open-destination.ts";
import { holdsDestination, silenceOf } from "./targets.ts";

/** The pump stops, or its destination is no longer its own: the member is given back as it was. */
export class Halted extends Error {}

/** What one push passes before its calls. `called` says whether it made one, `probe` whether that was a breaker's. */
export type Gate = { acquire(): Promise<void>; called(): boolean; probe(): boolean };

/**
 * The gate of one push: each call waits for the destination's rate, and the first one asks the breaker, so that a push
 * which has nothing to tell is no evidence that the site answers. Throws NotNow while the site rests or asked for silence, and Halted as soon
 * as the pump does; no call starts after a pause was committed.
 */
export function openGate(
  db: Db,
  row: DestinationRow,
  { pumpId, halted }: { pumpId: string; halted: AbortSignal },
): Gate {
  let [called, probe] = [false, false];
  return {
    called: () => called,
    probe: () => probe,
    async acquire() {
      const silentUntil = called ? null : await silenceOf(db, row.id);
      if (silentUntil) throw new NotNow("site_overloaded", silentUntil, "it asked for silence");
      await beforeHalt(acquireSiteCall(db, row), halted);
      if (called) return;
      if (!(await holdsDestination(db, row.id, pumpId))) throw new Halted();
      const pass = await passBreakers(db, [breakerOf(row.id)]);
      // Breakers of sites keep the reasons that pushes failed with.
      if (pass.rest) throw new NotNow(pass.rest.reason as ReasonCode, pass.rest.until, pass.rest.detail);
      [called, probe] = [true, pass.probe];
    },
  };
}

/** A slot may come in minutes; a process that stops does not wait for it. */
async function beforeHalt(slot: Promise<void>, halted: AbortSignal): Promise<void> {
  if (halted.aborted) throw new Halted();
  const settled = new AbortController();
  const halt = once(halted, "abort", { signal: settled.signal }).then(() => {
    throw new Halted();
  });
  try {
    await Promise.race([slot, halt]);
  } finally {
    settled.abort();
    halt.catch(() => undefined);
  }
}
