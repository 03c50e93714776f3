"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "../ui/button.tsx";
import { FieldProblem, isComplete, markField } from "../ui/field-problem.ts";
import { Note } from "../ui/note.tsx";

/**
 * A form outside the console: its fields, what went wrong, and one wide button. `onSubmit` is given what was typed and
 * resolves when the page is to be left as it is; it throws to have its message shown, a FieldProblem at its field.
 */
export function GateForm({
  action,
  onSubmit,
  after,
  children,
}: {
  action: string;
  onSubmit: (text: (field: string) => string) => Promise<void>;
  /** A line under the button. */
  after?: ReactNode;
  children: ReactNode;
}) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = event.currentTarget;
    if (!isComplete(fields)) return;
    const form = new FormData(fields);
    setBusy(true);
    setFailure(null);
    try {
      await onSubmit((field) => String(form.get(field) ?? ""));
    } catch (error) {
      setBusy(false);
      if (error instanceof FieldProblem && markField(fields, error)) return;
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form method="post" noValidate onSubmit={submit} className="grid gap-4">
      {children}
      {failure && (
        <Note tone="bad" role="alert">
          {failure}
        </Note>
      )}
      <Button type="submit" tone="primary" busy={busy} className="mt-1.5 h-11! w-full text-[15px]!">
        {action}
      </Button>
      {after}
    </form>
  );
}
