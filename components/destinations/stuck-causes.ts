import type { Target } from "#lib/api/push-shapes.ts";

/** Members with the same thing wrong stand together, the most frequent cause first. */
export function byCause(members: readonly Target[]): { key: string; members: Target[] }[] {
  const causes = Map.groupBy(members, ({ state, sentence, reason }) => `${state} ${sentence ?? reason}`);
  return [...causes]
    .map(([key, alike]) => ({ key, members: alike }))
    .sort((a, b) => b.members.length - a.members.length);
}
