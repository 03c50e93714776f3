"use client";

import { type FormEvent, type ReactNode, type RefObject, useId } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { isComplete } from "./field-problem.ts";
import { Note } from "./note.tsx";

type FormDialogProps = {
  open?: boolean;
  title: ReactNode;
  /** One line under the title. */
  lead?: ReactNode;
  width?: "normal" | "narrow";
  initialFocus?: RefObject<HTMLElement | null>;
  /** What the button says, with its object; `danger` makes it the red word of something that is lost. */
  action: string;
  danger?: boolean;
  /** The way out without doing it. */
  cancel?: string;
  /** A line beside the buttons. */
  remark?: ReactNode;
  busy?: boolean;
  /** Why it cannot be done as it is. */
  blocked?: string | null;
  /** What did not happen, before the sentence of the failure. */
  failed?: string;
  failure?: Error | null;
  onClose: () => void;
  onSubmit: (form: FormData) => void;
  children?: ReactNode;
};

/** A dialog that does one thing: its fields, the button that does it (also by Enter), the way out, and why it failed. */
export function FormDialog({
  open = true,
  title,
  lead,
  width = "narrow",
  initialFocus,
  action,
  danger = false,
  cancel = "Cancel",
  remark,
  busy,
  blocked,
  failed = "Not saved.",
  failure,
  onClose,
  onSubmit,
  children,
}: FormDialogProps) {
  const form = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isComplete(event.currentTarget)) onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      width={width}
      title={title}
      lead={lead}
      initialFocus={initialFocus}
      footer={
        <>
          {remark ? (
            <p className="grow text-small text-ink-3 max-sm:basis-full">{remark}</p>
          ) : (
            <span className="grow" />
          )}
          <Button onClick={onClose}>{cancel}</Button>
          <Button
            type="submit"
            form={form}
            tone={danger ? "plain" : "primary"}
            danger={danger}
            busy={busy}
            blocked={blocked}
          >
            {action}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="mt-5 grid gap-4">
        {children}
        {failure && (
          <Note tone="bad" role="alert">
            <b>{failed}</b> {failure.message}
          </Note>
        )}
      </form>
    </Dialog>
  );
}
