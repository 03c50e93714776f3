"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiTokenCreated } from "#lib/api/token-shapes.ts";
import { CheckboxOption } from "../ui/checkbox.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { TextField } from "../ui/text-field.tsx";
import { createToken } from "./settings-queries.ts";
import { type Scope, scopeChoices } from "./token-words.ts";

function problemOf(name: string, scopes: readonly Scope[]): string | null {
  if (name.trim() === "") return "Give the token a name";
  return scopes.length === 0 ? "Choose what it may do" : null;
}

/** Makes an API token with what it may do, and until when. */
export function CreateToken({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (created: ApiTokenCreated) => void;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["site"]);
  const [expires, setExpires] = useState("");
  const creating = useMutation({
    mutationFn: () =>
      createToken({
        name: name.trim(),
        scopes,
        // The end of the chosen day, in the person's own zone.
        expiresAt: expires === "" ? null : new Date(`${expires}T23:59:59`).toISOString(),
      }),
    onSuccess: (created) => {
      onCreated(created);
      return queries.invalidateQueries({ queryKey: ["api-tokens"] });
    },
  });
  return (
    <FormDialog
      width="normal"
      title="New API token"
      lead="Give each site or script its own, so that one can be turned off without the others."
      action="Make the token"
      busy={creating.isPending}
      blocked={problemOf(name, scopes)}
      failed="No token was made."
      failure={creating.error}
      onClose={onClose}
      onSubmit={() => creating.mutate()}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label="Name"
          value={name}
          maxLength={80}
          autoComplete="off"
          placeholder="members.example.com"
          onChange={(event) => setName(event.target.value)}
          hint="The site or script that will use it."
        />
        <TextField
          label="Stops working after"
          optional
          type="date"
          value={expires}
          onChange={(event) => setExpires(event.target.value)}
        />
      </div>
      <fieldset className="border-b border-line-soft">
        <legend className="mb-[5px] font-name">It may</legend>
        {scopeChoices.map(({ scope, word, note }) => (
          <CheckboxOption
            key={scope}
            title={word}
            code={scope}
            note={note}
            checked={scopes.includes(scope)}
            onChange={(on) => setScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope))}
          />
        ))}
      </fieldset>
    </FormDialog>
  );
}
