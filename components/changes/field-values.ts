/**
 * The choices in a multi-select value as ActiveCampaign keeps it: `||a||b||`, or `||a||` for one; null for any other
 * value. For showing only: the value itself stays as it came.
 */
export function choicesOf(value: string | null): string[] | null {
  if (!value?.startsWith("||") || !value.endsWith("||")) return null;
  return value.split("||").filter((choice) => choice !== "");
}

/** A value in one line: the choices of a multi-select with commas between them, any other as it is. */
export const inOneLine = (value: string): string => choicesOf(value)?.join(", ") ?? value;

/** Two multi-select values side by side: what stayed, what came and what went; null when neither is one. */
export function choiceChange(
  before: string | null,
  after: string | null,
): { kept: string[]; added: string[]; removed: string[] } | null {
  const [from, to] = [choicesOf(before), choicesOf(after)];
  const plain = (value: string | null, choices: string[] | null) => choices === null && Boolean(value);
  if ((from === null && to === null) || plain(before, from) || plain(after, to)) return null;
  return {
    kept: (to ?? []).filter((choice) => from?.includes(choice)),
    added: (to ?? []).filter((choice) => !from?.includes(choice)),
    removed: (from ?? []).filter((choice) => !to?.includes(choice)),
  };
}
