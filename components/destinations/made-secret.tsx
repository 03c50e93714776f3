"use client";

import { useRef } from "react";
import type { SiteTest } from "#lib/api/destination-shapes.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Note } from "../ui/note.tsx";
import { Secret } from "../ui/secret.tsx";

const shownDetail = ({ checks }: SiteTest): string =>
  (checks.find(({ status }) => status === "failed")?.detail ?? "").replace(/^Stopped at Sites: /, "");

/** The signing secret of a destination, shown this once. */
export function MadeSecret({
  title,
  secret,
  test = null,
  onClose,
}: {
  title: string;
  secret: string;
  /** What the test of a destination that was just added found. */
  test?: SiteTest | null;
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
      {test && (
        <Note tone={test.ok ? "go" : "bad"} role="status" className="mt-4">
          {test.ok ? (
            <b>The test event was accepted.</b>
          ) : (
            <>
              <b>The test failed.</b> {shownDetail(test)} It is saved, and its page can test it again.
            </>
          )}
        </Note>
      )}
      <p className="mt-3 text-small text-ink-3">
        The receiver verifies each event with it: the headers <code>webhook-id</code>,{" "}
        <code>webhook-timestamp</code> and <code>webhook-signature</code> are those of Standard Webhooks, for
        which there is a library in most languages. The id stays the same when an event is sent again.
      </p>
    </Dialog>
  );
}
