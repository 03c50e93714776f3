"use client";

import type { Ref } from "react";
import { CopyButton } from "./copy-field.tsx";

/** A secret that is shown once: hand `buttonRef` to the dialog so that focus lands on Copy. */
export function Secret({
  text,
  label,
  buttonRef,
  onCopied,
}: {
  text: string;
  label: string;
  buttonRef?: Ref<HTMLButtonElement>;
  onCopied?: () => void;
}) {
  return (
    <div className="mt-4 grid grid-cols-[minmax(0,1fr)_auto] items-center gap-3 rounded-[9px] border-[1.5px] border-accent bg-accent-soft py-1.5 pr-1.5 pl-4">
      <code className="text-[15px] leading-normal tracking-[0.01em] [overflow-wrap:anywhere]">{text}</code>
      <CopyButton text={text} label={label} primary buttonRef={buttonRef} onCopied={onCopied} />
    </div>
  );
}
