"use client";

import { useRef } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Secret } from "../ui/secret.tsx";

/** The signing secret of a destination, shown this once. */
export function MadeSecret({
  title,
  secret,
  onClose,
}: {
  title: string;
  secret: string;
  onClose: () => void;
}) {
  const copyButton = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      initialFocus={copyButton}
      title={title}
      lead="Copy it now: it is stored encrypted and cannot be shown again. A new one can be made at any time."
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>Done</Button>
        </>
      }
    >
      <Secret text={secret} label="Copy the secret" buttonRef={copyButton} />
      <p className="mt-3 text-small text-ink-3">
        The receiver verifies each event with it: the headers <code>webhook-id</code>,{" "}
        <code>webhook-timestamp</code> and <code>webhook-signature</code> are those of Standard Webhooks, for
        which there is a library in most languages. The id stays the same when an event is sent again.
      </p>
    </Dialog>
  );
}
