/** Most requests that the door holds at once: more than three seconds of a flood of 3,000 a second. */
const maxInFlight = 10_000;
/** Most bytes of bodies that it holds at once. */
const maxBytes = 64 * 1024 * 1024;
/** A door that turned nobody away for this long is no longer full. */
const reliefMs = 10_000;

/** A stretch in which requests were turned away; times are milliseconds since 1970. */
export type FullStretch = { beganAt: number; endedAt: number; requests: number };

/** One request inside the door. */
export type Entrance = {
  /** Whether so many more bytes of its body may be held; if not, the request must be turned away. */
  hold(bytes: number): boolean;
  leave(): void;
};

/** Keeps the memory of the door bounded, whatever comes. */
export type Admission = {
  /** Lets a request in; null when as many are inside as the door can hold. */
  enter(): Entrance | null;
  /** What is inside now. */
  held(): { requests: number; bytes: number };
  close(): void;
};

/** Opens the admission; `onRelief` is told of every stretch in which it was full, once it is over. */
export function openAdmission(
  onRelief: (stretch: FullStretch) => void,
  limits: { maxInFlight: number; maxBytes: number } = { maxInFlight, maxBytes },
): Admission {
  let requests = 0;
  let bytes = 0;
  let full: FullStretch | null = null;
  let relief: NodeJS.Timeout | null = null;

  const tellRelief = () => {
    if (full) onRelief(full);
    full = null;
    relief = null;
  };
  const turnAway = () => {
    full ??= { beganAt: Date.now(), endedAt: 0, requests: 0 };
    full.endedAt = Date.now();
    full.requests += 1;
    if (relief) relief.refresh();
    else relief = setTimeout(tellRelief, reliefMs).unref();
  };

  return {
    enter() {
      if (requests >= limits.maxInFlight) {
        turnAway();
        return null;
      }
      requests += 1;
      let mine = 0;
      return {
        hold(more) {
          if (bytes + more > limits.maxBytes) {
            turnAway();
            return false;
          }
          mine += more;
          bytes += more;
          return true;
        },
        leave() {
          requests -= 1;
          bytes -= mine;
          mine = 0;
        },
      };
    },
    held: () => ({ requests, bytes }),
    close() {
      if (relief) clearTimeout(relief);
      tellRelief();
    },
  };
}
