import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

const tones = {
  plain: "bg-fill text-ink-2",
  added: "bg-ok-soft text-ok-ink no-underline before:content-['+']",
  removed: "bg-bad-soft text-bad-ink line-through decoration-1",
};

/** A short name in a chip. Added ones carry a plus, removed ones are struck, so that colour is never alone. */
export function Tag({ tone = "plain", children }: { tone?: keyof typeof tones; children: ReactNode }) {
  const Element = tone === "added" ? "ins" : tone === "removed" ? "del" : "span";
  return (
    <Element
      className={classNames(
        "inline-flex min-h-6 max-w-full items-center gap-[5px] rounded-chip px-2 text-small [overflow-wrap:anywhere]",
        tones[tone],
      )}
    >
      {children}
    </Element>
  );
}
