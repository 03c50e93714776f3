"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AccessKey, AccessKeyCreated } from "#lib/api/key-shapes.ts";
import { ShortWhen } from "../time/moment.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Note } from "../ui/note.tsx";
import { Select } from "../ui/select.tsx";
import { rotateKey } from "./key-queries.ts";

const overlaps = [
  { value: "0", label: "Stop it at once" },
  { value: "24", label: "24 hours" },
  { value: "72", label: "3 days" },
  { value: "168", label: "7 days" },
  { value: "720", label: "30 days" },
];

/** Makes a successor; both keys work for the overlap, so that automations can be changed in peace. */
export function RotateKey({
  accessKey,
  onClose,
  onRotated,
}: {
  accessKey: AccessKey;
  onClose: () => void;
  onRotated: (created: AccessKeyCreated) => void;
}) {
  const queries = useQueryClient();
  const [hours, setHours] = useState("24");
  const rotating = useMutation({
    mutationFn: () => rotateKey(accessKey.id, Number(hours)),
    onSuccess: (created) => {
      onRotated(created);
      return queries.invalidateQueries({ queryKey: ["access-keys"] });
    },
  });
  return (
    <FormDialog
      title={`Rotate “${accessKey.name}”`}
      lead="Rollcall makes a new key with the same rights. Put its URLs into the automations; this page shows who still calls with the old one."
      action="Make the new key"
      busy={rotating.isPending}
      failed="Nothing was changed."
      failure={rotating.error}
      onClose={onClose}
      onSubmit={() => rotating.mutate()}
    >
      <Select label="The old key works on for" items={overlaps} value={hours} onChange={setHours} />
      {accessKey.expiresAt && (
        <Note>
          This key stops working <ShortWhen at={accessKey.expiresAt} />, and so will the new one. Change the
          new one afterwards if it is to work longer.
        </Note>
      )}
      {hours === "0" && (
        <Note tone="wait">
          Calls with the old key are turned away from then on, and nobody sends them again.
        </Note>
      )}
    </FormDialog>
  );
}
