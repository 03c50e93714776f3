"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AlertChannel } from "#lib/api/alert-shapes.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { removeChannel } from "./alert-queries.ts";

/** Asks once before a channel goes. */
export function RemoveChannel({ channel, onClose }: { channel: AlertChannel; onClose: () => void }) {
  const queries = useQueryClient();
  const removing = useMutation({
    mutationFn: () => removeChannel(channel.id),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["alerts"] });
    },
  });
  return (
    <FormDialog
      title={`Remove “${channel.name}”`}
      lead="It is told nothing more, and what waits for it is not sent. To stop it for a while, turn it off instead."
      cancel="Keep it"
      action="Remove the channel"
      danger
      busy={removing.isPending}
      failed="Not removed."
      failure={removing.error}
      onClose={onClose}
      onSubmit={() => removing.mutate()}
    />
  );
}
