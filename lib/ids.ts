import { randomFillSync } from "node:crypto";

const pool = Buffer.alloc(8 * 512);
let used = pool.length;
let lastMs = 0;
let counter = 0;

/**
 * A UUID v7 (RFC 9562): the time in milliseconds, then a counter that rises within the millisecond, then 62 random
 * bits. Ids made by one process sort in the order in which they were made.
 */
export function uuidv7(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  if (used >= pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  pool[used] = ((pool[used] ?? 0) & 0x3f) | 0x80;
  const random = pool.toString("hex", used, used + 8);
  used += 8;
  const time = lastMs.toString(16).padStart(12, "0");
  const rise = counter.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rise}-${random.slice(0, 4)}-${random.slice(4)}`;
}

/** The last millisecond that the 48 bits of an id can hold, in the year 10889. */
const lastTimeMs = 2 ** 48 - 1;

/**
 * The smallest UUID v7 of a moment: everything made before it sorts below, everything from it on at or above. A moment
 * that no id can hold stands for the nearest one that an id can.
 */
export function uuidv7Floor(at: Date): string {
  const time = Math.min(Math.max(at.getTime(), 0), lastTimeMs).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

/** The moment at which a UUID v7 was made, in milliseconds. */
export const uuidv7Time = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
