"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useNavigation } from "../navigation/navigation.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import { connectionQuery, createConnection } from "./connection-queries.ts";

/** Connects an account: Rollcall tries the address and the key before it shows the rest of the settings. */
export function AddConnection({ onClose }: { onClose: () => void }) {
  const nameInput = useRef<HTMLInputElement>(null);
  const queries = useQueryClient();
  const { go } = useNavigation();
  const adding = useMutation({
    mutationFn: createConnection,
    onSuccess: async (connection) => {
      queries.setQueryData(connectionQuery(connection.id).queryKey, connection);
      await queries.invalidateQueries({ queryKey: ["connections"], exact: true });
      go(`/connections/${connection.id}`);
    },
  });
  const submit = (data: FormData) => {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    adding.mutate({
      kind: "activecampaign",
      name: text("name"),
      baseUrl: text("baseUrl"),
      credentials: { apiToken: text("apiToken") },
    });
  };
  return (
    <FormDialog
      width="normal"
      initialFocus={nameInput}
      title="Add a connection"
      lead="It starts with Automations only: nothing is changed in your CRM until you say so."
      remark="Saving tests the account. That takes a few seconds."
      action="Save and test"
      busy={adding.isPending}
      failure={adding.error}
      onClose={onClose}
      onSubmit={submit}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label="CRM"
          items={[{ value: "activecampaign", label: "ActiveCampaign" }]}
          value="activecampaign"
          onChange={() => undefined}
        />
        <TextField
          ref={nameInput}
          label="Name"
          name="name"
          required
          maxLength={80}
          placeholder="Oakline"
          hint="How you call this account."
        />
      </div>
      <AccountFields />
    </FormDialog>
  );
}

/** Address and key of an ActiveCampaign account, and where to find them. */
export function AccountFields({ baseUrl, keepsKey = false }: { baseUrl?: string; keepsKey?: boolean }) {
  return (
    <>
      <TextField
        label="Address"
        name="baseUrl"
        defaultValue={baseUrl}
        required
        inputMode="url"
        spellCheck={false}
        autoComplete="off"
        placeholder="https://youraccount.api-us1.com"
        hint="In ActiveCampaign: Settings › Developer › API Access, the field called URL."
      />
      <TextField
        label="API key"
        name="apiToken"
        type="password"
        required={!keepsKey}
        optional={keepsKey}
        autoComplete="off"
        spellCheck={false}
        hint={
          keepsKey
            ? "Leave it empty to keep the key that is stored."
            : "On the same page, the field called Key. Rollcall stores it encrypted and never shows it again."
        }
      />
    </>
  );
}
