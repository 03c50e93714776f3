"use client";

import type { ConnectionCatalog } from "#lib/api/connection-shapes.ts";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import type { Draft } from "./draft.ts";
import { tagCode } from "./field-words.ts";
import { Part } from "./part.tsx";

/** Where a new member's password is written in the CRM, and the role they get. */
export function PasswordPart({
  crm,
  fields,
  draft,
  onChange,
}: {
  crm: string;
  fields: ConnectionCatalog["fields"] | undefined;
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
}) {
  const chosen = draft.returnPasswordField;
  const known = (fields ?? []).map(({ tag, title }) => ({
    value: tag.toLowerCase(),
    label: title,
    note: tagCode(tag),
  }));
  const missing = chosen !== null && !known.some(({ value }) => value === chosen.toLowerCase());
  return (
    <Part
      id="passwords"
      title="New passwords"
      lead={`When Rollcall makes an account it can write the password into one ${crm} field, so that your welcome e-mail can show it. It is erased here as soon as ${crm} has it.`}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Select
          label="Write the password to"
          items={[
            { value: "", label: "Do not return passwords" },
            ...known,
            ...(missing && chosen ? [{ value: chosen.toLowerCase(), label: tagCode(chosen) }] : []),
          ]}
          value={chosen?.toLowerCase() ?? ""}
          onChange={(value) => onChange({ returnPasswordField: value === "" ? null : value })}
        />
        <TextField
          label="Role for new members"
          value={draft.defaultRole}
          maxLength={60}
          spellCheck={false}
          onChange={(event) => onChange({ defaultRole: event.target.value })}
        />
      </div>
      <p className="text-small text-ink-3">
        {chosen && (
          <>
            In the e-mail, write <code>{tagCode(chosen)}</code>.{" "}
          </>
        )}
        People who already have an account keep their password. The role is used where neither the URL nor a
        field names one.
      </p>
    </Part>
  );
}
