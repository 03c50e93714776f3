"use client";

import { CheckboxOption } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import { PairsField } from "./pairs-field.tsx";
import { type FieldsProps, listOf, pairsOf, textOf } from "./settings-values.ts";
import { WordsField } from "./words-field.tsx";

const roleModes = [
  { value: "replace", label: "It becomes the only role" },
  { value: "add", label: "It is added, others stay" },
  { value: "leave", label: "Only new users get one" },
];
const unlinks = [
  { value: "leave", label: "Leave the user as it is" },
  { value: "no_role", label: "Take the roles away, keep the user" },
  { value: "delete", label: "Delete the user" },
];

/** How a WordPress site is reached and what is written there. */
export function WordPressFields({ values, onChange, stored }: FieldsProps) {
  const set = (name: string) => (value: unknown) => onChange({ ...values, [name]: value });
  const keepsPassword = stored.includes("applicationPassword");
  return (
    <>
      <TextField
        label="Address of the site"
        value={textOf(values.url)}
        onChange={(event) => set("url")(event.target.value)}
        required
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://members.example.com"
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="User name"
          value={textOf(values.username)}
          onChange={(event) => set("username")(event.target.value)}
          required
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          hint="An administrator of the site, best one made for Rollcall."
        />
        <TextField
          label="Application password"
          type="password"
          value={textOf(values.applicationPassword)}
          onChange={(event) => set("applicationPassword")(event.target.value)}
          required={!keepsPassword}
          optional={keepsPassword}
          autoComplete="off"
          spellCheck={false}
          hint={
            keepsPassword
              ? "Leave it empty to keep the one that is stored."
              : "In WordPress, signed in as that user: Users › Profile › Application Passwords, name it Rollcall, Add, and copy what it shows."
          }
        />
      </div>
      <PairsField
        label="Roles"
        add="Map a role"
        hint="A role that is not mapped keeps its name. Nothing on the right means no role."
        from={{ label: "Role in Rollcall", example: "gold" }}
        to={{ label: "Role in WordPress", example: "customer" }}
        pairs={pairsOf(values.roles)}
        onChange={set("roles")}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label="When the role changes"
          items={roleModes}
          value={textOf(values.roleMode) || "replace"}
          onChange={set("roleMode")}
        />
        <Select
          label="When a member is unlinked"
          items={unlinks}
          value={textOf(values.onUnlink) || "leave"}
          onChange={set("onUnlink")}
        />
      </div>
      <WordsField
        label="Protected roles"
        hint="With commas. Users with one of these are never touched, and none of these is ever given."
        words={
          Array.isArray(values.protectedRoles) ? listOf(values.protectedRoles) : ["administrator", "editor"]
        }
        onChange={set("protectedRoles")}
      />
      <PairsField
        label="Fields"
        add="Add a field"
        hint="Stored as user meta by the companion plug-in, which the site needs for this and for tags."
        from={{ label: "Field of the member", example: "membership_level" }}
        to={{ label: "User meta key", example: "membership_level" }}
        pairs={pairsOf(values.fields)}
        onChange={set("fields")}
      />
      <CheckboxOption
        title="Make users who are not there yet"
        note="Off: only users whom the site already has are kept right."
        checked={values.createUsers !== false}
        onChange={set("createUsers")}
      />
    </>
  );
}
