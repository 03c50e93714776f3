/** Counts the calls of the last second; shared by every token of the account, as on a real one. */
export function openRateLimit(nowMs: () => number = () => performance.now()) {
  const taken: number[] = [];
  return {
    /** Whether one more call may pass (`perSecond` 0: always), and how many could still follow it. */
    take(perSecond: number): { passes: boolean; remaining: number } {
      if (perSecond === 0) return { passes: true, remaining: 0 };
      const now = nowMs();
      while (taken.length > 0 && now - (taken[0] ?? 0) >= 1000) taken.shift();
      if (taken.length >= perSecond) return { passes: false, remaining: 0 };
      taken.push(now);
      return { passes: true, remaining: perSecond - taken.length };
    },
  };
}
