import type { ReasonCode } from "#lib/reasons.ts";
import type { GlyphName } from "./outcomes.ts";

type CheckStatus = "ok" | "warn" | "failed" | "needless";
export type Check<Name extends string> = {
  name: Name;
  status: CheckStatus;
  ms: number | null;
  reason: ReasonCode | null;
  detail: string;
};

/** What a line says when all is well, when not (by its reason, where that makes a difference), and when it was not asked for. */
export type CheckTitles<Name extends string> = Record<
  Name,
  { fine: string; not: string | ((reason: ReasonCode | null) => string); needless: string }
>;

/** The title of one line. */
export function titleOf<Name extends string>(
  { name, status, reason }: Pick<Check<Name>, "name" | "status" | "reason">,
  titles: CheckTitles<Name>,
): string {
  const words = titles[name][checkLooks[status].title];
  return typeof words === "string" ? words : words(reason);
}

/** What was found, without the hop, which the page is, and without what only a run does by itself. */
export const detailOf = ({ detail }: Pick<Check<string>, "detail">): string =>
  detail.replace(/^Stopped at (the CRM|Sites): /, "").replace(/[;.] Rollcall tries again by itself\./, ".");

/** How a line looks, by how it ended. */
export const checkLooks: Record<
  CheckStatus,
  { glyph: GlyphName; spoken: string; title: "fine" | "not" | "needless" }
> = {
  ok: { glyph: "synced", spoken: "fine", title: "fine" },
  warn: { glyph: "warn", spoken: "works, but read this", title: "not" },
  failed: { glyph: "failed", spoken: "failed", title: "not" },
  needless: { glyph: "off", spoken: "not needed", title: "needless" },
};
