"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import { useNavigation } from "../navigation/navigation.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { TextField } from "../ui/text-field.tsx";
import { deleteDestination, destinationsQuery } from "./destination-queries.ts";

/** Has the name typed before a destination is forgotten. */
export function RemoveDestination({
  destination,
  onClose,
}: {
  destination: Destination;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const { go } = useNavigation();
  const [typed, setTyped] = useState("");
  const removing = useMutation({
    mutationFn: () => deleteDestination(destination.id, typed),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: destinationsQuery().queryKey, exact: true });
      go("/destinations");
    },
  });
  return (
    <FormDialog
      title={`Delete “${destination.name}”`}
      lead="Nobody is changed there. Rollcall forgets who is who at this destination and what it was owed. To stop it for a while, pause it instead."
      cancel="Keep it"
      action="Delete the destination"
      danger
      busy={removing.isPending}
      blocked={typed.trim() === destination.name ? null : "Type its name to go on"}
      failed="Not deleted."
      failure={removing.error}
      onClose={onClose}
      onSubmit={() => typed.trim() === destination.name && removing.mutate()}
    >
      <TextField
        label={`Type ${destination.name} to confirm`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
    </FormDialog>
  );
}
