"use client";

import { CheckboxOption } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import type { KeyDraft } from "./key-draft.ts";
import { urlActions } from "./key-words.ts";

const waits = [
  { value: "0", label: "Answer at once" },
  { value: "2", label: "Wait up to 2 s" },
  { value: "4", label: "Wait up to 4 s" },
];

type Props = { draft: KeyDraft; onChange: (change: Partial<KeyDraft>) => void };

/** What a key may ask for, whom it may make, and from where it may call. */
export function KeyFields({ draft, onChange }: Props) {
  return (
    <>
      <fieldset className="border-b border-line-soft">
        <legend className="mb-[5px] font-name">It may ask for</legend>
        {urlActions.map(({ action, word, note }) => (
          <CheckboxOption
            key={action}
            title={word}
            code={action}
            note={note}
            checked={draft.actions.includes(action)}
            onChange={(on) =>
              onChange({
                actions: urlActions
                  .map((one) => one.action)
                  .filter((one) => (one === action ? on : draft.actions.includes(one))),
              })
            }
          />
        ))}
      </fieldset>
      <div className="grid gap-2.5">
        <TextField
          label="Roles it may hand out"
          value={draft.anyRole ? "" : draft.roles}
          disabled={draft.anyRole}
          placeholder={draft.anyRole ? "any role but administrator and editor" : "none"}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ roles: event.target.value })}
          hint="With commas between them. A URL can only ask for these."
        />
        <CheckboxOption
          title="Any role"
          note="All but administrator and editor: a key hands those out only when it names them above."
          checked={draft.anyRole}
          onChange={(anyRole) => onChange({ anyRole })}
        />
      </div>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label="Stops working after"
          optional
          type="date"
          value={draft.expires}
          onChange={(event) => onChange({ expires: event.target.value })}
        />
        <Select
          label="Answer"
          items={
            waits.some(({ value }) => value === draft.waitSeconds)
              ? waits
              : [...waits, { value: draft.waitSeconds, label: `Wait up to ${draft.waitSeconds} s` }]
          }
          value={draft.waitSeconds}
          onChange={(waitSeconds) => onChange({ waitSeconds })}
          hint="Waiting lets the CRM’s own report show the true result."
        />
      </div>
      <TextField
        label="Only from these addresses"
        optional
        value={draft.addresses}
        spellCheck={false}
        autoComplete="off"
        placeholder="198.51.100.0/24"
        onChange={(event) => onChange({ addresses: event.target.value })}
        hint="Addresses or ranges, with commas. Empty: from anywhere, as ActiveCampaign names no fixed addresses."
      />
    </>
  );
}
