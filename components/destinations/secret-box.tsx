"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Select } from "../ui/select.tsx";
import { destinationKindsQuery, keepDestination, rotateSecret } from "./destination-queries.ts";
import { MadeSecret } from "./made-secret.tsx";

/** The signing secret of a destination that has one, and the way to a new one. */
export function SecretBox({ destination }: { destination: Destination }) {
  const [rotating, setRotating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const blocked = useBlocked("owner");
  const kinds = useQuery(destinationKindsQuery());
  const canRotate = kinds.data?.items.find(({ kind }) => kind === destination.kind)?.canRotate ?? false;
  if (!canRotate) return null;
  const { oldSecretUntil } = destination;
  return (
    <Box
      title="Signing secret"
      aside={
        <Button size="small" blocked={blocked} onClick={() => setRotating(true)}>
          Make a new one
        </Button>
      }
    >
      <p className="border-t border-line-soft px-4 py-3 text-log text-ink-2">
        {oldSecretUntil ? (
          <>
            The old one signs as well until <ShortWhen at={oldSecretUntil} />.
          </>
        ) : (
          "Every event is signed with it. It was shown once and is stored encrypted."
        )}
      </p>
      {rotating && (
        <RotateSecret
          destination={destination}
          onClose={() => setRotating(false)}
          onMade={(made) => {
            setRotating(false);
            setSecret(made);
          }}
        />
      )}
      {secret && (
        <MadeSecret
          title={`The new secret of “${destination.name}”`}
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </Box>
  );
}

const overlaps = [
  { value: "0", label: "Stop the old one now" },
  { value: "24", label: "24 hours" },
  { value: "168", label: "7 days" },
  { value: "720", label: "30 days" },
];

function RotateSecret({
  destination,
  onClose,
  onMade,
}: {
  destination: Destination;
  onClose: () => void;
  onMade: (secret: string) => void;
}) {
  const queries = useQueryClient();
  const [hours, setHours] = useState("24");
  const rotating = useMutation({
    mutationFn: () => rotateSecret(destination.id, Number(hours)),
    onSuccess: async ({ secret, ...kept }) => {
      await keepDestination(queries, kept);
      if (secret) onMade(secret);
    },
  });
  return (
    <FormDialog
      title="Make a new signing secret"
      lead="Until the old one ends, every event carries two signatures, so the receiver can change over at leisure."
      action="Make the new secret"
      busy={rotating.isPending}
      failed="Not made."
      failure={rotating.error}
      onClose={onClose}
      onSubmit={() => rotating.mutate()}
    >
      <Select label="Keep the old one valid for" items={overlaps} value={hours} onChange={setHours} />
    </FormDialog>
  );
}
