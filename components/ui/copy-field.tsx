"use client";

import { Check, Copy } from "lucide-react";
import { type ReactNode, type Ref, useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { showFailure } from "./toast.tsx";

/** Copies text; true for 1.6 s after it was copied. */
export function useCopied(text: string): [copied: boolean, copy: () => Promise<boolean>] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    if (done) setCopied(true);
    else showFailure("This browser did not let us copy", "Select the text and copy it by hand.");
    return done === true;
  };
  return [copied, copy];
}

/** A button that copies exactly `text` and says so for 1.6 s. */
export function CopyButton({
  text,
  label,
  primary = false,
  buttonRef,
  onCopied,
  foldOnPhone = false,
}: {
  text: string;
  /** What is copied, for those who cannot see it: "Copy the Add URL". */
  label: string;
  primary?: boolean;
  buttonRef?: Ref<HTMLButtonElement>;
  onCopied?: () => void;
  foldOnPhone?: boolean;
}) {
  const [copied, copy] = useCopied(text);
  const Glyph = copied ? Check : Copy;
  return (
    <>
      <Button
        ref={buttonRef}
        tone={primary ? "primary" : "plain"}
        size={primary ? "normal" : "small"}
        aria-label={label}
        glyph={<Glyph size={primary ? 15 : 14} strokeWidth={1.75} aria-hidden />}
        onClick={() => copy().then((done) => done && onCopied?.())}
        className={foldOnPhone ? "max-sm:w-11 max-sm:px-0" : undefined}
      >
        <span className={foldOnPhone ? "max-sm:sr-only" : undefined}>{copied ? "Copied" : "Copy"}</span>
      </Button>
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </>
  );
}

/** Text to take along, with a button that copies exactly it. `children` may draw a part of it heavier. */
export function CopyField({
  text,
  label,
  onCopied,
  children,
}: {
  text: string;
  label: string;
  onCopied?: () => void;
  children?: ReactNode;
}) {
  return (
    <div className="grid min-h-10 grid-cols-[minmax(0,1fr)_auto] items-center gap-2 rounded-control border border-line bg-sunken py-[3px] pr-[3px] pl-3">
      <code className="py-[5px] text-[12.5px] leading-normal [overflow-wrap:anywhere] whitespace-pre-wrap text-ink-2 [&_em]:font-strong [&_em]:text-ink [&_em]:not-italic">
        {children ?? text}
      </code>
      <CopyButton text={text} label={label} onCopied={onCopied} foldOnPhone />
    </div>
  );
}
