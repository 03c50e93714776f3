"use client";

import type { DestinationKindJson } from "#lib/api/destination-shapes.ts";
import { fieldTitle } from "../members/member-words.ts";
import { CheckboxOption } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import { PairsField } from "./pairs-field.tsx";
import { type FieldsProps, listOf, pairsOf, recordOf, textOf } from "./settings-values.ts";
import { WordsField } from "./words-field.tsx";

/** The plain fields of a kind that has no form of its own, from what its JSON Schema says. */
export function SchemaFields({ kind, ...props }: FieldsProps & { kind: DestinationKindJson }) {
  const given = (schema: Record<string, unknown>, isSecret: boolean) => {
    const required = listOf(schema.required);
    return Object.entries(recordOf(schema.properties))
      .filter(([name]) => !kind.madeSecrets.includes(name))
      .map(([name, part]) => (
        <SchemaField
          key={name}
          name={name}
          part={recordOf(part)}
          required={required.includes(name)}
          isSecret={isSecret}
          {...props}
        />
      ));
  };
  return (
    <>
      {given(kind.settingsSchema, false)}
      {given(kind.secretsSchema, true)}
    </>
  );
}

type PartProps = FieldsProps & {
  name: string;
  part: Record<string, unknown>;
  required: boolean;
  isSecret: boolean;
};

function SchemaField({ name, part, required, isSecret, values, onChange, stored }: PartProps) {
  const label = titleOf(name);
  const hint = textOf(part.description) || undefined;
  const value = values[name] ?? part.default;
  const set = (next: unknown) => onChange({ ...values, [name]: next });
  const choices = listOf(part.enum);
  if (choices.length > 0)
    return (
      <Select
        label={label}
        hint={hint}
        items={choices.map((choice) => ({ value: choice, label: titleOf(choice) }))}
        value={textOf(value)}
        onChange={set}
      />
    );
  if (part.type === "boolean")
    return <CheckboxOption title={label} note={hint} checked={value === true} onChange={set} />;
  if (part.type === "array")
    return <WordsField label={label} hint={hint ?? "With commas."} words={listOf(value)} onChange={set} />;
  if (part.type === "object" && !part.properties)
    return (
      <PairsField
        label={label}
        hint={hint}
        add="Add a line"
        from={{ label: "Name", example: "name" }}
        to={{ label: "Value", example: "value" }}
        pairs={pairsOf(value)}
        onChange={set}
      />
    );
  const isNumber = part.type === "integer" || part.type === "number";
  const keeps = isSecret && stored.includes(name);
  return (
    <TextField
      label={label}
      hint={keeps ? "Leave it empty to keep the one that is stored." : hint}
      type={isSecret ? "password" : isNumber ? "number" : "text"}
      value={textOf(value)}
      onChange={(event) =>
        set(isNumber && event.target.value !== "" ? event.target.valueAsNumber : event.target.value)
      }
      required={required && !keeps}
      optional={!required || keeps}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

/** "Role mode" for roleMode. */
const titleOf = (name: string) => fieldTitle(name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase());
