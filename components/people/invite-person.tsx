"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { PersonWithLink, Role } from "#lib/api/person-shapes.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Radio } from "../ui/radio.tsx";
import { TextField } from "../ui/text-field.tsx";
import { invitePerson } from "./people-queries.ts";
import { roleChoices } from "./role-words.ts";

function problemOf(name: string, email: string): string | null {
  if (name.trim() === "") return "Enter a name";
  return email.includes("@") ? null : "Enter an e-mail address";
}

/** Adds a person by name, e-mail and role; they choose a password themselves, on the link that follows. */
export function InvitePerson({
  onClose,
  onInvited,
}: {
  onClose: () => void;
  onInvited: (made: PersonWithLink) => void;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const inviting = useMutation({
    mutationFn: () => invitePerson({ name: name.trim(), email: email.trim(), role }),
    onSuccess: (made) => {
      onInvited(made);
      return queries.invalidateQueries({ queryKey: ["people"] });
    },
  });
  return (
    <FormDialog
      width="normal"
      title="Invite a person"
      lead="You are shown a link for them, once. On it they choose a password and sign in."
      action="Make the link"
      busy={inviting.isPending}
      blocked={problemOf(name, email)}
      failed="Nobody was invited."
      failure={inviting.error}
      onClose={onClose}
      onSubmit={() => problemOf(name, email) === null && inviting.mutate()}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label="Name"
          value={name}
          maxLength={80}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="E-mail"
          type="email"
          value={email}
          maxLength={320}
          autoComplete="off"
          onChange={(event) => setEmail(event.target.value)}
        />
      </div>
      <fieldset className="border-b border-line-soft">
        <legend className="mb-[5px] font-name">Role</legend>
        {roleChoices.map((choice) => (
          <RoleOption
            key={choice.role}
            {...choice}
            checked={choice.role === role}
            onChoose={() => setRole(choice.role)}
          />
        ))}
      </fieldset>
    </FormDialog>
  );
}

function RoleOption({
  word,
  note,
  checked,
  onChoose,
}: (typeof roleChoices)[number] & { checked: boolean; onChoose: () => void }) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className="grid min-h-11 cursor-pointer grid-cols-[18px_minmax(0,1fr)] items-start gap-x-[11px] border-t border-line-soft py-[9px] max-sm:py-3"
    >
      <Radio
        id={id}
        name="role"
        checked={checked}
        onChange={onChoose}
        aria-labelledby={`${id}-word`}
        aria-describedby={`${id}-note`}
      />
      <span>
        <b id={`${id}-word`} className="font-medium">
          {word}
        </b>
        <span id={`${id}-note`} className="block text-small leading-[1.45] text-ink-3">
          {note}
        </span>
      </span>
    </label>
  );
}
