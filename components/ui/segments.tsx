"use client";

import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";

/** A choice among a few views of the same thing; arrow keys move, one is always chosen. */
export function Segments<V extends string>({
  label,
  value,
  onChange,
  items,
}: {
  label: string;
  value: V;
  onChange: (value: V) => void;
  items: readonly { value: V; label: string }[];
}) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={(next) => {
        const chosen = items.find((item) => item.value === next[0]);
        if (chosen) onChange(chosen.value);
      }}
      className="inline-flex flex-wrap rounded-control border border-line bg-sunken p-0.5"
    >
      {items.map((item) => (
        <Toggle
          key={item.value}
          value={item.value}
          className="h-7 rounded-[5px] px-[11px] text-small whitespace-nowrap text-ink-2 data-pressed:bg-raised data-pressed:font-name data-pressed:text-ink data-pressed:shadow-[0_0_0_1px_var(--line),var(--shade-1)] max-sm:h-11 max-sm:px-3.5"
        >
          {item.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
