"use client";

import { useState } from "react";
import type { Connection, ConnectionCatalog } from "#lib/api/connection-shapes.ts";
import { inOneLine } from "../changes/field-values.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Note } from "../ui/note.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import { attributeItems, fromItems } from "./field-words.ts";

type Mapping = Connection["fieldMap"][number];
const ownName = " own";

const notes: Record<string, string> = {
  role: "The field names the role. It can never hand out administrator or editor.",
  user_login: "Used when a member is made. A login never changes afterwards.",
  user_pass:
    "The password is taken from this field instead of being made. Who can read the field can read it.",
};

/** Chooses a CRM field and what it becomes. */
export function FieldDialog({
  crm,
  catalog,
  open,
  initial,
  onClose,
  onSave,
}: {
  crm: string;
  catalog: ConnectionCatalog | undefined;
  open: boolean;
  initial: Mapping | null;
  onClose: () => void;
  onSave: (mapping: Mapping) => void;
}) {
  const isOwn = initial !== null && !attributeItems.some(({ value }) => value === initial.to);
  const [from, setFrom] = useState(initial?.from ?? "first_name");
  const [to, setTo] = useState(isOwn ? ownName : (initial?.to ?? "first_name"));
  const [own, setOwn] = useState(isOwn ? initial.to : "");
  const goal = to === ownName ? own.trim() : to;
  const example = catalog?.example;
  const note = notes[to];
  return (
    <FormDialog
      open={open}
      title={initial ? "Change a field" : "Add a field"}
      action={initial ? "Change" : "Add"}
      blocked={goal === "" ? "Give the field a name" : null}
      onClose={onClose}
      onSubmit={() => onSave({ from, to: goal })}
    >
      <Select
        label={`From ${crm}`}
        items={fromItems(catalog?.fields)}
        value={from}
        onChange={setFrom}
        hint={
          example ? `${example.name} has: ${inOneLine(example.values[from] ?? "") || "nothing"}` : undefined
        }
      />
      <Select
        label="To the member’s"
        items={[...attributeItems, { value: ownName, label: "A field of its own" }]}
        value={to}
        onChange={setTo}
      />
      {to === ownName && (
        <TextField
          label="Name of the field"
          value={own}
          onChange={(event) => setOwn(event.target.value)}
          maxLength={120}
          placeholder="membership_level"
          spellCheck={false}
          className="font-mono"
        />
      )}
      {note && <Note>{note}</Note>}
    </FormDialog>
  );
}
