import { crmReasons } from "./reasons/crm.ts";
import { doorReasons } from "./reasons/door.ts";
import { memberReasons } from "./reasons/member.ts";
import { queueReasons } from "./reasons/queue.ts";
import type { Reason } from "./reasons/reason.ts";
import { siteReasons } from "./reasons/sites.ts";

/** The closed set of reasons, each with one sentence for a site owner and what to do. */
export const reasons = { ...doorReasons, ...queueReasons, ...crmReasons, ...memberReasons, ...siteReasons };

export type ReasonCode = keyof typeof reasons;
export const reasonCodes = Object.keys(reasons) as [ReasonCode, ...ReasonCode[]];

/** The sentence and remedy of a reason, with its blanks filled; an unknown code reads as our own failure. */
export function explain(
  code: string | null,
  blanks: { crm?: string | null; site?: string | null; detail?: string | null } = {},
): Reason | null {
  if (code === null) return null;
  const found: Reason = Object.hasOwn(reasons, code) ? reasons[code as ReasonCode] : queueReasons.internal;
  const fill = (text: string) =>
    text
      .replaceAll("{crm}", blanks.crm ?? "the CRM")
      .replaceAll("{site}", blanks.site ?? "the site")
      .replaceAll("{detail}", blanks.detail ?? "no detail");
  return { ...found, sentence: fill(found.sentence), remedy: fill(found.remedy) };
}
