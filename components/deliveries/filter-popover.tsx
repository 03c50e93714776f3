"use client";

import { ListFilter } from "lucide-react";
import type { ReactNode } from "react";
import { Glyph } from "../status/glyph.tsx";
import { outcomes, statusNames } from "../status/outcomes.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { KeyHint } from "../ui/key-hint.tsx";
import { Popover } from "../ui/popover.tsx";
import { Select } from "../ui/select.tsx";
import { actionNames, type LogFilter, type NamedIds, triggerNames } from "./log-filter.ts";
import { askedFor, triggerWords } from "./row-words.ts";

type FilterProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  filter: LogFilter;
  names: NamedIds;
  onChange: (filter: Partial<LogFilter>) => void;
};

const any = { value: "", label: "Any" };

/** The filters that are chosen rather than typed; each acts at once. */
export function FilterPopover({ open, onOpenChange, filter, names, onChange }: FilterProps) {
  const chosen = new Set(filter.status ?? []);
  const turn = (status: (typeof statusNames)[number]) => {
    const next = statusNames.filter((one) => (one === status ? !chosen.has(one) : chosen.has(one)));
    onChange({ status: next.length > 0 ? next : null });
  };
  return (
    <Popover
      label="Filter"
      align="end"
      sheet
      open={open}
      onOpenChange={onOpenChange}
      trigger={
        <Button
          aria-keyshortcuts="f"
          aria-label="Filter"
          className="h-[38px]! max-sm:h-[46px]! max-sm:w-[46px] max-sm:px-0!"
          glyph={<ListFilter size={15} strokeWidth={1.75} aria-hidden />}
        >
          <span className="max-sm:sr-only">Filter</span>
          <KeyHint keys="f" />
        </Button>
      }
    >
      <div className="grid w-88 max-w-full gap-3 max-sm:w-full">
        <fieldset>
          <legend className="mb-1 font-name">Outcome</legend>
          <div className="grid grid-cols-2 gap-x-4">
            {statusNames.map((status) => (
              <label
                key={status}
                htmlFor={`filter-${status}`}
                className="flex min-h-7 items-center gap-2 rounded-chip hover:bg-hover max-sm:min-h-11"
              >
                <Checkbox
                  id={`filter-${status}`}
                  checked={chosen.has(status)}
                  onChange={() => turn(status)}
                />
                <Glyph name={status} size={14} />
                {outcomes[status].word}
              </label>
            ))}
          </div>
        </fieldset>
        <div className="grid grid-cols-2 gap-3">
          <Pick
            label="Asked for"
            value={filter.action}
            items={actionNames.map((value) => ({
              value,
              label: askedFor({ action: value, event: null, trigger: "automation" }),
            }))}
            onChange={(action) => onChange({ action })}
          />
          <Pick
            label="Caused by"
            value={filter.trigger}
            items={triggerNames.map((value) => ({ value, label: triggerWords[value] }))}
            onChange={(value) => onChange({ trigger: triggerNames.find((one) => one === value) ?? null })}
          />
          <Pick
            label="Connection"
            value={filter.connection}
            items={names.connection.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(connection) => onChange({ connection })}
          />
          <Pick
            label="Access key"
            value={filter.key}
            items={names.key.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(key) => onChange({ key })}
          />
        </div>
      </div>
    </Popover>
  );
}

function Pick({
  label,
  value,
  items,
  onChange,
}: {
  label: ReactNode;
  value: string | null;
  items: { value: string; label: string }[];
  onChange: (value: string | null) => void;
}) {
  return (
    <Select
      label={label}
      items={[any, ...items]}
      value={value ?? ""}
      onChange={(next) => onChange(next === "" ? null : next)}
    />
  );
}
