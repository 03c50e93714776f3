"use client";

import { PairsField } from "./pairs-field.tsx";
import { type FieldsProps, pairsOf } from "./settings-values.ts";
import { AddressField, SecretField, UserNameField } from "./site-fields.tsx";

/** How a Discourse forum is reached, and which tag means which of its groups. */
export function DiscourseFields(props: FieldsProps) {
  const { values, onChange } = props;
  return (
    <>
      <AddressField label="Address of the forum" placeholder="https://community.example.com" {...props} />
      <div className="grid gap-4 sm:grid-cols-2">
        <UserNameField
          name="apiUsername"
          standard="system"
          maxLength={60}
          hint="The user that the key is for; “system” for a key of all users."
          {...props}
        />
        <SecretField
          label="API key"
          name="apiKey"
          hint="In Discourse: Admin › API › New API key. It must be allowed to list users and change groups."
          {...props}
        />
      </div>
      <PairsField
        label="Groups"
        add="Add a group"
        hint="Members with the tag on the left are in the group on the right, all others are not. The groups must be there already; people join the forum themselves."
        from={{ label: "Tag", example: "Member" }}
        to={{ label: "Group in Discourse", example: "members" }}
        pairs={pairsOf(values.groups)}
        onChange={(groups) => onChange({ ...values, groups })}
      />
    </>
  );
}
