import { explain } from "../reasons.ts";

/** Why something stopped and what to do, in words; null where nothing did. */
export function whyOf(reason: string | null, detail: string | null, crm: string): string | null {
  const found = explain(reason, { crm, detail });
  return found && `${found.sentence} ${found.remedy}`.trim();
}

/** A moment that SQL answered as text, as ISO 8601. */
export const iso = (at: string): string => new Date(at).toISOString();
export const isoOrNull = (at: string | null): string | null => (at === null ? null : iso(at));
