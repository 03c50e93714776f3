import type { Hop } from "../words.ts";

export type ReasonFamily = "door" | "crm" | "member" | "site" | "filter" | "skip" | "internal";

/** What happened at which hop, and what to do about it. `{crm}`, `{site}` and `{detail}` are filled when it is shown. */
export type Reason = { hop: Hop; family: ReasonFamily; sentence: string; remedy: string };

export const reason = (hop: Hop, family: ReasonFamily, sentence: string, remedy: string): Reason => ({
  hop,
  family,
  sentence,
  remedy,
});
