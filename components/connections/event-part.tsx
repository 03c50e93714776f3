"use client";

import type { ConnectionCatalog, CrmKind } from "#lib/api/connection-shapes.ts";
import { CheckboxOption } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import type { Draft } from "./draft.ts";
import { Part } from "./part.tsx";

const toggled = <T extends string>(list: readonly T[], name: T, on: boolean): T[] =>
  on ? [...list, name] : list.filter((one) => one !== name);

/** Which changes the CRM reports, who may have made them, for which list, and whether strangers become members. */
export function EventPart({
  crm,
  kind,
  lists,
  draft,
  onChange,
}: {
  crm: string;
  kind: CrmKind | undefined;
  lists: ConnectionCatalog["lists"] | undefined;
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
}) {
  return (
    <Part
      id="events"
      title="Which events?"
      lead="Tick the least you need. “Contact updated” already fires when a tag changes, so with it the two tag events would arrive twice."
    >
      <div className="grid gap-x-6 sm:grid-cols-2">
        {kind?.events.map(({ name, title, note }) => (
          <CheckboxOption
            key={name}
            title={title}
            code={name}
            note={note}
            checked={draft.events.includes(name)}
            onChange={(on) => onChange({ events: toggled(draft.events, name, on) })}
          />
        ))}
      </div>
      <h3 className="mt-2 text-body">Started by</h3>
      <div className="grid gap-x-6 sm:grid-cols-2">
        {kind?.sources.map(({ name, title, note }) => (
          <CheckboxOption
            key={name}
            title={title}
            code={name}
            note={note}
            checked={draft.sources.includes(name)}
            onChange={(on) => onChange({ sources: toggled(draft.sources, name, on) })}
          />
        ))}
      </div>
      <div className="max-w-[316px] pt-1">
        <Select
          label="For the contacts of"
          items={listItems(lists, draft.listId)}
          value={draft.listId ?? ""}
          onChange={(value) => onChange({ listId: value === "" ? null : value })}
        />
      </div>
      <div className="border-b border-line-soft">
        <CheckboxOption
          title="Create a member when an unknown contact arrives"
          note={
            draft.createOnEvent
              ? `Every contact in ${crm} that changes is given an account, people who never signed up among them.`
              : `Off is safer: on, every contact in ${crm} is given an account on your site.`
          }
          checked={draft.createOnEvent}
          onChange={(createOnEvent) => onChange({ createOnEvent })}
        />
      </div>
    </Part>
  );
}

function listItems(lists: ConnectionCatalog["lists"] | undefined, chosen: string | null) {
  const known = (lists ?? []).map(({ id, name }) => ({ value: id, label: name, note: id }));
  const missing = chosen !== null && !known.some(({ value }) => value === chosen);
  return [
    { value: "", label: "Every list" },
    ...known,
    ...(missing && chosen ? [{ value: chosen, label: `List ${chosen}` }] : []),
  ];
}
