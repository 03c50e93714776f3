"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";

export type SelectItem = { value: string; label: string; note?: string };

type SelectProps = {
  label: ReactNode;
  /** The label is read aloud but not drawn. */
  hideLabel?: boolean;
  hint?: ReactNode;
  items: readonly SelectItem[];
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
};

/** One choice of a list, with its label tied to it; arrow keys and typing work. */
export function Select({ label, hideLabel = false, hint, items, value, onChange, disabled }: SelectProps) {
  const id = useId();
  const current = items.find((item) => item.value === value);
  return (
    <div className="min-w-0">
      <span id={id} className={hideLabel ? "sr-only" : "mb-[5px] block font-name"}>
        {label}
      </span>
      <Base.Root
        items={[...items]}
        value={value}
        onValueChange={(next) => next !== null && onChange(next)}
        disabled={disabled}
      >
        <Base.Trigger
          aria-labelledby={`${id} ${id}-value`}
          className={classNames(
            "flex h-9 w-full min-w-0 items-center justify-between gap-2 rounded-control border border-line-strong bg-raised px-[11px] text-left",
            "hover:bg-hover focus-visible:rounded-control disabled:opacity-50 max-sm:h-[46px] max-sm:text-[16px]",
          )}
        >
          <span
            id={`${id}-value`}
            title={current?.note ? `${current.label} · ${current.note}` : current?.label}
            className="cut"
          >
            {current?.label ?? value}
            {current?.note && <span className="text-ink-3"> · {current.note}</span>}
          </span>
          <ChevronDown size={15} strokeWidth={1.75} aria-hidden className="text-ink-2" />
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner sideOffset={5} alignItemWithTrigger={false} className="z-60 outline-none">
            <Base.Popup className="popup max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-box border border-line bg-raised p-1 shadow-2 outline-none">
              {items.map((item) => (
                <Base.Item
                  key={item.value}
                  value={item.value}
                  className="grid min-h-8 cursor-default grid-cols-[16px_minmax(0,1fr)] items-center gap-2 rounded-control px-2 py-1 outline-none data-highlighted:bg-hover max-sm:min-h-11"
                >
                  <Base.ItemIndicator className="col-start-1 text-accent">
                    <Check size={14} strokeWidth={2} aria-hidden />
                  </Base.ItemIndicator>
                  <Base.ItemText className="col-start-2">
                    {item.label}
                    {item.note && <span className="ml-2 font-mono text-[12px] text-ink-3">{item.note}</span>}
                  </Base.ItemText>
                </Base.Item>
              ))}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
      {hint && <p className="mt-[5px] text-small text-ink-3">{hint}</p>}
    </div>
  );
}
