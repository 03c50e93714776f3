import type { DestinationCreate } from "#lib/api/destination-shapes.ts";

/** What a form holds of a destination's settings and new secrets, by name, before the API has judged it. */
export type Values = DestinationCreate["settings"];
export type FieldsProps = {
  values: Values;
  onChange: (values: Values) => void;
  /** Names of secrets that are stored: an empty field keeps them. */
  stored: readonly string[];
};

/** A setting as text; "" when it is not. */
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

/** A setting as a list of words; empty when it is not. */
export const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

/** A setting as names with a word each; empty when it is not. */
export const pairsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(recordOf(value)).flatMap(([name, word]): [string, string][] =>
      typeof word === "string" ? [[name, word]] : [],
    ),
  );

/** A setting as an object; empty when it is not. */
export const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

/** Words of a line with commas. */
export const wordsOf = (line: string): string[] =>
  line
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);

/** What differs from what is stored; a secret that was left empty is kept. */
export function changedSettings(stored: Values, values: Values): Values {
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(stored[name]) && !(value === "" && stored[name] === undefined);
  return Object.fromEntries(Object.entries(values).filter(differs));
}
