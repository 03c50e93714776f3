"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Note } from "../ui/note.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { TextField } from "../ui/text-field.tsx";
import { destinationKindsQuery, keepDestination, patchDestination } from "./destination-queries.ts";
import { KindFields } from "./kind-fields.tsx";
import { changedSettings } from "./settings-values.ts";

/** Changes the name and settings of a destination; new settings are tested at once. */
export function EditDestination({ destination, onClose }: { destination: Destination; onClose: () => void }) {
  const queries = useQueryClient();
  const kinds = useQuery(destinationKindsQuery());
  const [values, setValues] = useState(destination.settings);
  const kind = kinds.data?.items.find((one) => one.kind === destination.kind);
  const saving = useMutation({
    mutationFn: (name: string) => {
      const settings = changedSettings(destination.settings, values);
      return patchDestination(destination.id, {
        name,
        ...(Object.keys(settings).length > 0 ? { settings } : {}),
      });
    },
    onSuccess: async (saved) => {
      await keepDestination(queries, saved);
      onClose();
    },
  });
  return (
    <FormDialog
      width="normal"
      title="Name and settings"
      remark="Members follow as they change. “Push everyone again” shows what is different now."
      action="Save and test"
      busy={saving.isPending}
      blocked={kind ? null : "The settings are being read"}
      failure={saving.error}
      onClose={onClose}
      onSubmit={(data) => saving.mutate(String(data.get("name") ?? "").trim())}
    >
      <TextField label="Name" name="name" defaultValue={destination.name} required maxLength={80} />
      {kind ? (
        <KindFields kind={kind} values={values} onChange={setValues} stored={destination.secretsSet} />
      ) : kinds.error ? (
        <Note tone="bad" role="alert">
          <b>The settings could not be read.</b> {kinds.error.message}
        </Note>
      ) : (
        <SkeletonRows rows={3} label="Reading the settings" />
      )}
    </FormDialog>
  );
}
