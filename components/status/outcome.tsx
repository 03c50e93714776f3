import type { Status } from "#lib/words.ts";
import { Glyph } from "./glyph.tsx";
import { familyOf, inkOf, outcomes } from "./outcomes.ts";

const wordInk = {
  ok: "text-ink",
  go: "text-ink-2",
  idle: "text-ink-2",
  wait: inkOf.wait,
  bad: inkOf.bad,
} as const;

/** An outcome in a row: glyph and word. The word is coloured only where it waits or is wrong. */
export function Outcome({ status, className = "" }: { status: Status; className?: string }) {
  return (
    <span className={`flex min-w-0 items-center gap-1.5 font-medium ${className}`}>
      <Glyph name={status} />
      <span className={`truncate ${wordInk[familyOf(status)]}`}>{outcomes[status].word}</span>
    </span>
  );
}

const pillLook = {
  ok: "bg-ok-soft text-ok-ink",
  go: "bg-accent-soft text-accent",
  wait: "bg-wait-soft text-wait-ink",
  bad: "bg-bad-soft text-bad-ink",
  idle: "bg-fill text-ink-2",
} as const;

/** An outcome as the heading of a page or panel. */
export function OutcomePill({ status }: { status: Status }) {
  return (
    <span
      className={`inline-flex h-[26px] items-center gap-1.5 rounded-full pr-2.5 pl-[7px] font-[530] text-[13px] whitespace-nowrap ${pillLook[familyOf(status)]}`}
    >
      <Glyph name={status} />
      {outcomes[status].word}
    </span>
  );
}
