"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AccessKey } from "#lib/api/key-shapes.ts";
import { counted } from "../time/durations.ts";
import { Ago } from "../time/moment.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
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
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      width="narrow"
      title={`Revoke “${accessKey.name}”`}
      lead="Calls with this key are turned away within 10 seconds. This cannot be undone; what was received stays."
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>Keep it</Button>
          <Button danger busy={revoking.isPending} onClick={() => revoking.mutate()}>
            Revoke the key
          </Button>
        </>
      }
    >
      <div className="mt-5 grid gap-4">
        {accessKey.lastUsedAt && accessKey.uses7d > 0 ? (
          <Note tone="wait">
            <b>It is in use.</b> {counted(accessKey.uses7d, "call")} in the last 7 days, the last{" "}
            <Ago at={accessKey.lastUsedAt} />. To change it without losing calls, rotate it instead.
          </Note>
        ) : (
          <Note>Nobody has called with it in the last 7 days.</Note>
        )}
        {revoking.error && (
          <Note tone="bad" role="alert">
            <b>Not revoked.</b> {revoking.error.message}
          </Note>
        )}
      </div>
    </Dialog>
  );
}
