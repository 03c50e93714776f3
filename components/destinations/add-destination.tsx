"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { DestinationMade } from "#lib/api/destination-shapes.ts";
import { useNavigation } from "../navigation/navigation.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Note } from "../ui/note.tsx";
import { Select } from "../ui/select.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { TextField } from "../ui/text-field.tsx";
import { createDestination, destinationKindsQuery, keepDestination } from "./destination-queries.ts";
import { KindFields } from "./kind-fields.tsx";
import { MadeSecret } from "./made-secret.tsx";
import type { Values } from "./settings-values.ts";

/** Adds a destination, tests it, and shows the secret that Rollcall made for it; then its page opens. */
export function AddDestination({ onClose }: { onClose: () => void }) {
  const kinds = useQuery(destinationKindsQuery());
  const [chosen, setChosen] = useState("wordpress");
  const [values, setValues] = useState<Values>({});
  const [made, setMade] = useState<DestinationMade | null>(null);
  const nameInput = useRef<HTMLInputElement>(null);
  const queries = useQueryClient();
  const { go } = useNavigation();
  const kind = kinds.data?.items.find((one) => one.kind === chosen) ?? kinds.data?.items[0];
  const adding = useMutation({
    mutationFn: (name: string) => createDestination({ kind: kind?.kind ?? chosen, name, settings: values }),
    onSuccess: async (destination) => {
      if (destination.secret !== undefined) setMade(destination);
      const { secret: _, ...kept } = destination;
      await keepDestination(queries, kept);
      if (destination.secret === undefined) go(`/destinations/${destination.id}`);
    },
  });
  if (made?.secret)
    return (
      <MadeSecret
        title={`The secret of “${made.name}”`}
        secret={made.secret}
        test={made.lastTest}
        onClose={() => go(`/destinations/${made.id}`)}
      />
    );
  return (
    <FormDialog
      width="normal"
      initialFocus={nameInput}
      title="Add a destination"
      lead="Nobody is pushed by adding it: members follow as they change, or all at once when you say so."
      remark="Saving tests the destination. That takes a few seconds."
      action="Save and test"
      busy={adding.isPending}
      blocked={kind ? null : "The kinds of destination are not read yet"}
      failure={adding.error}
      onClose={onClose}
      onSubmit={(data) => adding.mutate(String(data.get("name") ?? "").trim())}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label="Kind"
          items={
            kinds.data?.items.map((one) => ({ value: one.kind, label: one.label })) ?? [
              { value: chosen, label: kinds.error ? "Not read" : "Reading…" },
            ]
          }
          value={kind?.kind ?? chosen}
          onChange={(next) => {
            setChosen(next);
            setValues({});
          }}
        />
        <TextField
          ref={nameInput}
          label="Name"
          name="name"
          required
          maxLength={80}
          autoComplete="off"
          placeholder="Members’ site"
          hint="How you call it."
        />
      </div>
      {kinds.error && (
        <Note tone="bad" role="alert">
          <b>The kinds of destination could not be read.</b> {kinds.error.message}
        </Note>
      )}
      {kind ? (
        <KindFields key={kind.kind} kind={kind} values={values} onChange={setValues} stored={[]} />
      ) : (
        !kinds.error && <SkeletonRows rows={3} label="Reading the kinds of destination" />
      )}
    </FormDialog>
  );
}
