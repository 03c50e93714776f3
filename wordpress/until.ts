import { setTimeout as sleep } from "node:timers/promises";

/** Polls a condition until it holds; throws with its name after `seconds`. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 30,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain until: ${what}.`);
    await sleep(50);
  }
}
