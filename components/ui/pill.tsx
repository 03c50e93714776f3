import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

const tones = {
  ok: "bg-ok-soft text-ok-ink",
  bad: "bg-bad-soft text-bad-ink",
  wait: "bg-wait-soft text-wait-ink",
  go: "bg-accent-soft text-accent",
  idle: "bg-fill text-ink-2",
};

/** A state beside a name, as a word; a glyph stands before it where there is one. */
export function Pill({
  tone,
  small = false,
  glyph,
  children,
}: {
  tone: keyof typeof tones;
  small?: boolean;
  glyph?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1.5 rounded-full font-name whitespace-nowrap",
        small ? "h-[22px] px-[9px] text-[12px]" : "h-[26px] pr-2.5 text-[13px]",
        !small && (glyph ? "pl-[7px]" : "pl-2.5"),
        tones[tone],
      )}
    >
      {glyph}
      {children}
    </span>
  );
}
