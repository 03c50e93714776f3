"use client";

import { type ReactNode, useId, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { Checkbox } from "./checkbox.tsx";
import { Dialog } from "./dialog.tsx";
import { Secret } from "./secret.tsx";

/** A secret that exists in this dialog only. Closing it uncopied asks once; `children` are told how to note a copy. */
export function ShownOnce({
  glyph,
  title,
  what,
  secret,
  onClose,
  children,
}: {
  glyph?: ReactNode;
  title: string;
  /** The word for the secret: "key", "token". */
  what: string;
  secret: string;
  onClose: () => void;
  children?: (onCopied: () => void) => ReactNode;
}) {
  const box = useId();
  const [stored, setStored] = useState(false);
  const [asked, setAsked] = useState(false);
  const copyButton = useRef<HTMLButtonElement>(null);
  const copied = () => setStored(true);
  const close = () => {
    if (stored || asked) onClose();
    else setAsked(true);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      initialFocus={copyButton}
      glyph={glyph}
      title={title}
      lead="Copy it now. Rollcall keeps only a fingerprint and cannot show it again."
      footer={
        asked && !stored ? (
          <>
            <p role="alert" className="grow max-sm:basis-full">
              <b>It was not copied.</b>{" "}
              <span className="text-ink-2">Once closed, nobody can see it again.</span>
            </p>
            <Button onClick={() => setAsked(false)}>Go back</Button>
            <Button danger onClick={onClose}>
              Close anyway
            </Button>
          </>
        ) : (
          <>
            <label htmlFor={box} className="flex grow cursor-pointer items-center gap-2 max-sm:min-h-11">
              <Checkbox id={box} checked={stored} onChange={setStored} /> I have stored the {what}
            </label>
            <Button onClick={close}>Done</Button>
          </>
        )
      }
    >
      <Secret text={secret} label={`Copy the ${what}`} buttonRef={copyButton} onCopied={copied} />
      {children?.(copied)}
    </Dialog>
  );
}
