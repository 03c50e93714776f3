import { Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

const tones = {
  info: "bg-sunken text-ink-2 [&_b]:text-ink",
  go: "bg-accent-soft text-ink [&>svg]:text-accent",
  wait: "bg-wait-soft text-ink [&>svg]:text-wait-ink",
  bad: "bg-bad-soft text-ink [&>svg]:text-bad-ink",
};

/** A remark beside what it is about: neutral, under way, a quiet warning, or a failure. */
export function Note({
  tone = "info",
  glyph,
  role,
  className,
  children,
}: {
  tone?: keyof typeof tones;
  glyph?: ReactNode;
  role?: "status" | "alert";
  className?: string;
  children: ReactNode;
}) {
  const Sign = tone === "wait" || tone === "bad" ? TriangleAlert : Info;
  return (
    <div
      role={role}
      className={classNames(
        "grid grid-cols-[16px_minmax(0,1fr)] gap-2.5 rounded-control px-[13px] py-[11px] text-log leading-normal [&>svg]:mt-0.5",
        tones[tone],
        className,
      )}
    >
      {glyph ?? <Sign size={16} strokeWidth={1.75} aria-hidden />}
      <div>{children}</div>
    </div>
  );
}
