"use client";

import { useRef } from "react";
import type { AlertChannelSaved } from "#lib/api/alert-shapes.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Secret } from "../ui/secret.tsx";

/** The signing secret of an HTTP channel, shown this once. */
export function ChannelSecret({ saved, onClose }: { saved: AlertChannelSaved; onClose: () => void }) {
  const copyButton = useRef<HTMLButtonElement>(null);
  if (saved.secret === null) return null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      initialFocus={copyButton}
      title={`The secret of “${saved.name}”`}
      lead="Copy it now: it is sealed and cannot be shown again. A new one can be made at any time."
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>Done</Button>
        </>
      }
    >
      <Secret text={saved.secret} label="Copy the secret" buttonRef={copyButton} />
      <p className="mt-3 text-small text-ink-3">
        Verify each message with it: the headers <code>webhook-id</code>, <code>webhook-timestamp</code> and{" "}
        <code>webhook-signature</code> are those of Standard Webhooks, for which there is a library in most
        languages. The id stays the same when a message is sent again.
      </p>
    </Dialog>
  );
}
