"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AccessKey } from "#lib/api/key-shapes.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { TextField } from "../ui/text-field.tsx";
import { changesOf, draftOfKey, problemOf } from "./key-draft.ts";
import { KeyFields } from "./key-fields.tsx";
import { patchKey } from "./key-queries.ts";

/** Changes what a key may do; its URLs stay the same. */
export function EditKey({ accessKey, onClose }: { accessKey: AccessKey; onClose: () => void }) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOfKey(accessKey));
  const saving = useMutation({
    mutationFn: () => patchKey(accessKey.id, changesOf(draft, accessKey)),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["access-keys"] });
    },
  });
  return (
    <FormDialog
      width="normal"
      title={`What “${accessKey.name}” may do`}
      lead="Its URLs stay the same. It takes effect within 10 seconds."
      action="Save"
      busy={saving.isPending}
      blocked={problemOf(draft)}
      failure={saving.error}
      onClose={onClose}
      onSubmit={() => saving.mutate()}
    >
      <TextField
        label="Name"
        value={draft.name}
        maxLength={80}
        autoComplete="off"
        onChange={(event) => setDraft({ ...draft, name: event.target.value })}
      />
      <KeyFields draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
    </FormDialog>
  );
}
