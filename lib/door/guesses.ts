/** How many different wrong keys one address may try within the window before short keys are refused to it. */
const maxGuesses = 20;
/** How long wrong keys of an address are remembered. */
export const guessWindowMs = 10 * 60_000;
const maxAddresses = 10_000;

export type Guesses = {
  /** Notes a wrong key. An automation that repeats one stale key counts once. */
  note(address: string, key: string, nowMs: number): void;
  /** Whether this address has been guessing. */
  suspicious(address: string, nowMs: number): boolean;
};

/**
 * Existing plug-in keys have 32 bits, few enough to be guessed. Whoever tries many different keys cannot use a short
 * one for a while; calls with full-length keys, and a CRM that merely repeats an old URL, are never affected.
 */
export function openGuesses(): Guesses {
  const tried = new Map<string, { since: number; keys: Set<string> }>();
  return {
    note(address, key, nowMs) {
      const entry = tried.get(address);
      if (entry && nowMs - entry.since < guessWindowMs) {
        if (entry.keys.size <= maxGuesses) entry.keys.add(key.slice(0, 64));
        return;
      }
      if (tried.size >= maxAddresses) tried.delete(tried.keys().next().value ?? "");
      tried.set(address, { since: nowMs, keys: new Set([key.slice(0, 64)]) });
    },
    suspicious(address, nowMs) {
      const entry = tried.get(address);
      return entry !== undefined && nowMs - entry.since < guessWindowMs && entry.keys.size > maxGuesses;
    },
  };
}
