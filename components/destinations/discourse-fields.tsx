"use client";

import { TextField } from "../ui/text-field.tsx";
import { PairsField } from "./pairs-field.tsx";
import { type FieldsProps, pairsOf, textOf } from "./settings-values.ts";

/** How a Discourse forum is reached, and which tag means which of its groups. */
export function DiscourseFields({ values, onChange, stored }: FieldsProps) {
  const set = (name: string) => (value: unknown) => onChange({ ...values, [name]: value });
  const keepsKey = stored.includes("apiKey");
  return (
    <>
      <TextField
        label="Address of the forum"
        value={textOf(values.url)}
        onChange={(event) => set("url")(event.target.value)}
        required
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://community.example.com"
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="User name"
          value={textOf(values.apiUsername ?? "system")}
          onChange={(event) => set("apiUsername")(event.target.value)}
          required
          maxLength={60}
          autoComplete="off"
          spellCheck={false}
          hint="The user that the key is for; “system” for a key of all users."
        />
        <TextField
          label="API key"
          type="password"
          value={textOf(values.apiKey)}
          onChange={(event) => set("apiKey")(event.target.value)}
          required={!keepsKey}
          optional={keepsKey}
          autoComplete="off"
          spellCheck={false}
          hint={
            keepsKey
              ? "Leave it empty to keep the one that is stored."
              : "In Discourse: Admin › API › New API key. It must be allowed to list users and change groups."
          }
        />
      </div>
      <PairsField
        label="Groups"
        add="Add a group"
        hint="Members with the tag on the left are in the group on the right, all others are not. The groups must be there already; people join the forum themselves."
        from={{ label: "Tag", example: "Member" }}
        to={{ label: "Group in Discourse", example: "members" }}
        pairs={pairsOf(values.groups)}
        onChange={set("groups")}
      />
    </>
  );
}
