"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import type { Connection } from "#lib/api/connection-shapes.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Note } from "../ui/note.tsx";
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
  const form = useId();
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
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    saving.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      width="narrow"
      title="Name, address and API key"
      footer={
        <>
          <span className="grow" />
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button tone="primary" type="submit" form={form} busy={saving.isPending}>
            Save and test
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="mt-5 grid gap-4">
        <TextField label="Name" name="name" defaultValue={connection.name} required maxLength={80} />
        <AccountFields baseUrl={connection.baseUrl} keepsKey />
        {saving.error && (
          <Note tone="bad" role="alert">
            <b>Not saved.</b> {saving.error.message}
          </Note>
        )}
      </form>
    </Dialog>
  );
}
