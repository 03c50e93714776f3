"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AccessKey } from "#lib/api/key-shapes.ts";
import { counted } from "../time/durations.ts";
import { Ago } from "../time/moment.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Note } from "../ui/note.tsx";
import { revokeKey } from "./key-queries.ts";

/** Asks once, with what is lost, before a key stops for good. */
export function RevokeKey({ accessKey, onClose }: { accessKey: AccessKey; onClose: () => void }) {
  const queries = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => revokeKey(accessKey.id),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["access-keys"] });
    },
  });
  return (
    <FormDialog
      title={`Revoke “${accessKey.name}”`}
      lead="Calls with this key are turned away within 10 seconds. This cannot be undone; what was received stays."
      cancel="Keep it"
      action="Revoke the key"
      danger
      busy={revoking.isPending}
      failed="Not revoked."
      failure={revoking.error}
      onClose={onClose}
      onSubmit={() => revoking.mutate()}
    >
      {accessKey.lastUsedAt && accessKey.uses7d > 0 ? (
        <Note tone="wait">
          <b>It is in use.</b> {counted(accessKey.uses7d, "call")} in the last 7 days, the last{" "}
          <Ago at={accessKey.lastUsedAt} />. To change it without losing calls, rotate it instead.
        </Note>
      ) : (
        <Note>Nobody has called with it in the last 7 days.</Note>
      )}
    </FormDialog>
  );
}
