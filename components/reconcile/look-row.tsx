import type { ReactNode } from "react";
import { Glyph } from "../status/glyph.tsx";
import type { GlyphName } from "../status/outcomes.ts";

/** One look at the CRM: what it found in a few words, what there is to say about it, and what can be done. */
export function LookRow({
  glyph,
  title,
  action,
  first = false,
  children,
}: {
  glyph: GlyphName;
  title: ReactNode;
  action: ReactNode;
  first?: boolean;
  children: ReactNode;
}) {
  return (
    <div
      className={`grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-x-2.5 gap-y-2.5 px-4 py-3.5 [--glyph-ground:var(--raised)] max-sm:grid-cols-[16px_minmax(0,1fr)] ${first ? "" : "border-t border-line-soft"}`}
    >
      <span className="mt-0.5">
        <Glyph name={glyph} />
      </span>
      <div className="min-w-0">
        <h3 className="text-fine font-name">
          <span role="status">{title}</span>
        </h3>
        <div className="mt-0.5 text-small leading-[1.5] text-ink-3">{children}</div>
      </div>
      <div className="max-sm:col-span-2 max-sm:grid">{action}</div>
    </div>
  );
}
