"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Person } from "#lib/api/person-shapes.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Note } from "../ui/note.tsx";
import { removePerson } from "./people-queries.ts";

/** Asks once before a person goes. */
export function RemovePerson({ person, onClose }: { person: Person; onClose: () => void }) {
  const queries = useQueryClient();
  const removing = useMutation({
    mutationFn: () => removePerson(person.id),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["people"] });
    },
  });
  return (
    <FormDialog
      title={`Remove ${person.name}`}
      lead={
        person.state === "invited"
          ? "Their link ends. You can invite them again."
          : "They are signed out everywhere and cannot sign in again. What they did stays in the audit log."
      }
      cancel="Keep them"
      action="Remove the person"
      danger
      busy={removing.isPending}
      failed="Not removed."
      failure={removing.error}
      onClose={onClose}
      onSubmit={() => removing.mutate()}
    >
      {person.role === "owner" && person.state === "active" && (
        <Note>API tokens that they made go on working. Revoke those that nobody needs.</Note>
      )}
    </FormDialog>
  );
}
