"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { AccessKey } from "#lib/api/key-shapes.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Note } from "../ui/note.tsx";
import { TextField } from "../ui/text-field.tsx";
import { draftOfKey, problemOf, settingsOf } from "./key-draft.ts";
import { KeyFields } from "./key-fields.tsx";
import { patchKey } from "./key-queries.ts";

/** Changes what a key may do; its URLs stay the same. */
export function EditKey({ accessKey, onClose }: { accessKey: AccessKey; onClose: () => void }) {
  const form = useId();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOfKey(accessKey));
  const saving = useMutation({
    mutationFn: () => patchKey(accessKey.id, settingsOf(draft)),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["access-keys"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`What “${accessKey.name}” may do`}
      lead="Its URLs stay the same. It takes effect within 10 seconds."
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" form={form} busy={saving.isPending} blocked={problemOf(draft)}>
            Save
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="mt-5 grid gap-4">
        <TextField
          label="Name"
          value={draft.name}
          maxLength={80}
          autoComplete="off"
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        />
        <KeyFields draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
        {saving.error && (
          <Note tone="bad" role="alert">
            <b>Not saved.</b> {saving.error.message}
          </Note>
        )}
      </form>
    </Dialog>
  );
}
