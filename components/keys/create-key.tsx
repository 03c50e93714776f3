"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AccessKeyCreated } from "#lib/api/key-shapes.ts";
import { connectionsQuery } from "../connections/connection-queries.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import { emptyDraft, problemOf, settingsOf } from "./key-draft.ts";
import { KeyFields } from "./key-fields.tsx";
import { createKey } from "./key-queries.ts";

/** Makes a key for a connection, or takes an existing plug-in key along. */
export function CreateKey({
  open,
  connectionId,
  existing: bringing,
  onClose,
  onCreated,
}: {
  open: boolean;
  connectionId: string | null;
  /** Whether it is about a key that exists already, which is asked for first then. */
  existing: boolean;
  onClose: () => void;
  onCreated: (created: AccessKeyCreated) => void;
}) {
  const queries = useQueryClient();
  const connections = useQuery({ ...connectionsQuery(), enabled: open }).data?.items;
  const [draft, setDraft] = useState(emptyDraft);
  const [chosen, setChosen] = useState(connectionId);
  const [existing, setExisting] = useState("");
  const connection = connections?.find(({ id }) => id === chosen) ?? connections?.[0];
  const creating = useMutation({
    mutationFn: createKey,
    onSuccess: (created) => {
      setDraft(emptyDraft);
      setExisting("");
      onCreated(created);
      return queries.invalidateQueries({ queryKey: ["access-keys"] });
    },
  });
  const submit = () => {
    const key = existing.trim();
    if (connection)
      creating.mutate({ connectionId: connection.id, ...settingsOf(draft), ...(key === "" ? {} : { key }) });
  };
  const existingField = (
    <TextField
      label="Existing key"
      optional
      value={existing}
      spellCheck={false}
      autoComplete="off"
      className="font-mono"
      onChange={(event) => setExisting(event.target.value)}
      hint="For a site that moves over: the key of its WP Fusion settings. Its URLs then keep working with Rollcall’s host name. Short keys are slower for each address."
    />
  );
  if (open && connections?.length === 0) {
    return (
      <Dialog
        open
        onOpenChange={onClose}
        width="narrow"
        title="Connect a CRM first"
        lead="A key belongs to a connection: it says whose contact a webhook is about."
      >
        <div className="mt-5">
          <ButtonLink tone="primary" href="/connections?new">
            Add a connection
          </ButtonLink>
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      open={open}
      width="normal"
      title={bringing ? "Bring an existing key along" : "New key"}
      lead={
        bringing
          ? "The URLs that carry it then work as they are."
          : "Give each automation its own, so that one can be turned off without the others."
      }
      action="Make the key"
      busy={creating.isPending}
      blocked={connection ? problemOf(draft) : "The connections are being read"}
      failed="No key was made."
      failure={creating.error}
      onClose={onClose}
      onSubmit={submit}
    >
      {bringing && existingField}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label="Name"
          value={draft.name}
          maxLength={80}
          autoComplete="off"
          placeholder="New purchase"
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
          hint="The automation or site that will use it."
        />
        <Select
          label="Connection"
          items={(connections ?? []).map(({ id, name, kindLabel }) => ({
            value: id,
            label: `${name} · ${kindLabel}`,
          }))}
          value={connection?.id ?? ""}
          onChange={setChosen}
        />
      </div>
      <KeyFields draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
      {!bringing && (
        <details>
          <summary className="py-1 text-ink-2 max-sm:py-3">Bring an existing key along</summary>
          <div className="mt-2">{existingField}</div>
        </details>
      )}
    </FormDialog>
  );
}
