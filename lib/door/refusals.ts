/** Keeps refused requests from filling the disk: a burst of 100, then one every two seconds, 2 KiB of body each. */
const burst = 100;
const perMs = 1 / 2_000;

/** How much of a refused request's body is kept, in bytes. */
export const refusedBodyBytes = 2_048;

/** Whether one more refused request may be kept now; the rest is counted only. */
export function openRefusalAllowance(): (nowMs: number) => boolean {
  let tokens = burst;
  let last = 0;
  return (nowMs) => {
    tokens = Math.min(burst, tokens + (last === 0 ? 0 : (nowMs - last) * perMs));
    last = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
