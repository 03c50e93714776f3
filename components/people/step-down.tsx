"use client";

import { useMutation } from "@tanstack/react-query";
import type { Person, Role } from "#lib/api/person-shapes.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { changePerson } from "./people-queries.ts";

/** Asks once before an owner gives up their own role; the page is read anew, as it shows less after. */
export function StepDown({ person, role, onClose }: { person: Person; role: Role; onClose: () => void }) {
  const changing = useMutation({
    mutationFn: () => changePerson(person.id, { role }),
    onSuccess: () => window.location.reload(),
  });
  return (
    <FormDialog
      title="Give up being an owner"
      lead={`As ${role} you no longer change connections, settings or people. Only another owner can make you one again.`}
      cancel="Stay an owner"
      action={`Become ${role}`}
      danger
      busy={changing.isPending || changing.isSuccess}
      failed="You are still an owner."
      failure={changing.error}
      onClose={onClose}
      onSubmit={() => changing.mutate()}
    />
  );
}
