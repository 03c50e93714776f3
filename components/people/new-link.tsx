"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Person, PersonWithLink } from "#lib/api/person-shapes.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { makePersonLink } from "./people-queries.ts";

/** Makes another link for somebody who lost theirs, or who forgot their password. */
export function NewLink({
  person,
  onClose,
  onMade,
}: {
  person: Person;
  onClose: () => void;
  onMade: (made: PersonWithLink) => void;
}) {
  const queries = useQueryClient();
  const making = useMutation({
    mutationFn: () => makePersonLink(person.id),
    onSuccess: (made) => {
      onMade(made);
      return queries.invalidateQueries({ queryKey: ["people"] });
    },
  });
  return (
    <FormDialog
      title={`New link for ${person.name}`}
      lead={
        person.state === "invited"
          ? "A link that was made before ends."
          : "On it they choose a new password. Until then the one they have works; after, their other sessions end."
      }
      action="Make the link"
      busy={making.isPending}
      failed="No link was made."
      failure={making.error}
      onClose={onClose}
      onSubmit={() => making.mutate()}
    />
  );
}
