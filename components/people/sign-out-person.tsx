"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Person } from "#lib/api/person-shapes.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { signPersonOut } from "./people-queries.ts";

/** Ends every session of a person after asking once. */
export function SignOutPerson({ person, onClose }: { person: Person; onClose: () => void }) {
  const queries = useQueryClient();
  const ending = useMutation({
    mutationFn: () => signPersonOut(person.id),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["people"] });
    },
  });
  return (
    <FormDialog
      title={`Sign ${person.name} out everywhere`}
      lead="Every browser they are signed in with is signed out. They can sign in again with their password."
      action="Sign out everywhere"
      busy={ending.isPending}
      failed="Not signed out."
      failure={ending.error}
      onClose={onClose}
      onSubmit={() => ending.mutate()}
    />
  );
}
