"use client";

import { CheckboxOption } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { PairsField } from "./pairs-field.tsx";
import { type FieldsProps, listOf, pairsOf, textOf } from "./settings-values.ts";
import { AddressField, SecretField, UserNameField } from "./site-fields.tsx";
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
export function WordPressFields(props: FieldsProps) {
  const { values, onChange } = props;
  const set = (name: string) => (value: unknown) => onChange({ ...values, [name]: value });
  return (
    <>
      <AddressField label="Address of the site" placeholder="https://members.example.com" {...props} />
      <div className="grid gap-4 sm:grid-cols-2">
        <UserNameField
          name="username"
          maxLength={100}
          hint="An administrator of the site, best one made for Rollcall."
          {...props}
        />
        <SecretField
          label="Application password"
          name="applicationPassword"
          hint="In WordPress, signed in as that user: Users › Profile › Application Passwords, name it Rollcall, Add, and copy what it shows."
          {...props}
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
