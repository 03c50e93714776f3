"use client";

import { TextField } from "../ui/text-field.tsx";
import { type FieldsProps, textOf } from "./settings-values.ts";

type Named = FieldsProps & { label: string; hint?: string; placeholder?: string };

/** The address of the other side, which is always kept as `url`. */
export function AddressField({ label, hint, placeholder, values, onChange }: Named) {
  return (
    <TextField
      label={label}
      value={textOf(values.url)}
      onChange={(event) => onChange({ ...values, url: event.target.value })}
      required
      inputMode="url"
      autoComplete="off"
      spellCheck={false}
      placeholder={placeholder}
      hint={hint}
    />
  );
}

/** Whom Rollcall acts as there. */
export function UserNameField({
  name,
  standard = "",
  maxLength,
  hint,
  values,
  onChange,
}: FieldsProps & { name: string; standard?: string; maxLength: number; hint: string }) {
  return (
    <TextField
      label="User name"
      value={textOf(values[name] ?? standard)}
      onChange={(event) => onChange({ ...values, [name]: event.target.value })}
      required
      maxLength={maxLength}
      autoComplete="off"
      spellCheck={false}
      hint={hint}
    />
  );
}

/** A secret that is pasted in and never shown again; left empty, the one that is stored stays. */
export function SecretField({ label, hint, name, values, onChange, stored }: Named & { name: string }) {
  const keeps = stored.includes(name);
  return (
    <TextField
      label={label}
      type="password"
      value={textOf(values[name])}
      onChange={(event) => onChange({ ...values, [name]: event.target.value })}
      required={!keeps}
      optional={keeps}
      autoComplete="off"
      spellCheck={false}
      hint={keeps ? "Leave it empty to keep the one that is stored." : hint}
    />
  );
}
