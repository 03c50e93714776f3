"use client";

import { useMutation } from "@tanstack/react-query";
import type { Connection } from "#lib/api/connection-shapes.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { TextField } from "../ui/text-field.tsx";
import { AccountFields } from "./add-connection.tsx";
import { patchConnection } from "./connection-queries.ts";

/** Changes the name, the address or the key of an account; a new address or key is tested at once. */
export function AccountDialog({
  connection,
  open,
  onOpenChange,
  onSaved,
}: {
  connection: Connection;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onSaved: (connection: Connection) => void;
}) {
  const saving = useMutation({
    mutationFn: (data: FormData) => {
      const text = (name: string) => String(data.get(name) ?? "").trim();
      const apiToken = text("apiToken");
      return patchConnection(connection.id, {
        name: text("name"),
        ...(text("baseUrl") === connection.baseUrl ? {} : { baseUrl: text("baseUrl") }),
        ...(apiToken === "" ? {} : { credentials: { apiToken } }),
      });
    },
    onSuccess: (saved) => {
      onSaved(saved);
      onOpenChange(false);
    },
  });
  return (
    <FormDialog
      open={open}
      title="Name, address and API key"
      action="Save and test"
      busy={saving.isPending}
      failure={saving.error}
      onClose={() => onOpenChange(false)}
      onSubmit={saving.mutate}
    >
      <TextField label="Name" name="name" defaultValue={connection.name} required maxLength={80} />
      <AccountFields baseUrl={connection.baseUrl} keepsKey />
    </FormDialog>
  );
}
