"use client";

import { CheckboxOption } from "../ui/checkbox.tsx";
import { type FieldsProps, listOf, recordOf } from "./settings-values.ts";
import { AddressField } from "./site-fields.tsx";
import { WordsField } from "./words-field.tsx";

const events = [
  {
    name: "member.created",
    title: "Member made",
    note: "The first time that the endpoint hears of a member.",
  },
  { name: "member.updated", title: "Member changed", note: "Any change, with the member as they are now." },
  { name: "member.deleted", title: "Member gone", note: "Gone, unlinked, or left out by the filter." },
  { name: "member.role_changed", title: "Role changed", note: "With the role before and after." },
  { name: "member.tags_changed", title: "Tags changed", note: "With the tags added and removed." },
  { name: "member.password_reset", title: "Password reset", note: "That it happened, never the password." },
];
const standard = ["member.created", "member.updated", "member.deleted"];

/** Where events are posted, which ones, and about whom. */
export function HttpFields(props: FieldsProps) {
  const { values, onChange } = props;
  const set = (name: string, value: unknown) => onChange({ ...values, [name]: value });
  const chosen = Array.isArray(values.events) ? listOf(values.events) : standard;
  const filter = recordOf(values.filter);
  const toggle = (name: string, on: boolean) =>
    set(
      "events",
      events.map((one) => one.name).filter((one) => (one === name ? on : chosen.includes(one))),
    );
  const words = (name: string) => ({
    words: listOf(filter[name]),
    onChange: (next: string[]) => set("filter", { ...filter, [name]: next }),
  });
  return (
    <>
      <AddressField
        label="Address"
        placeholder="https://forum.example.com/rollcall"
        hint="Events are posted here as JSON, each signed (Standard Webhooks)."
        {...props}
      />
      <fieldset className="min-w-0">
        <legend className="mb-[5px] font-name">Events</legend>
        <div className="grid gap-x-6 border-b border-line-soft sm:grid-cols-2">
          {events.map((event) => (
            <CheckboxOption
              key={event.name}
              title={event.title}
              code={event.name.replace("member.", "")}
              note={event.note}
              checked={chosen.includes(event.name)}
              onChange={(on) => toggle(event.name, on)}
            />
          ))}
        </div>
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-3">
        <WordsField label="Only with a role of" placeholder="any role" {...words("roles")} />
        <WordsField label="Only with a tag of" placeholder="any tag" {...words("tags")} />
        <WordsField label="Nobody with a tag of" placeholder="none" {...words("notTags")} />
      </div>
      <p className="-mt-2 text-small text-ink-3">Several with commas. Nobody else is told there.</p>
    </>
  );
}
