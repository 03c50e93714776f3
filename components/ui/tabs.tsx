"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

export type Tab = { value: string; label: string; count?: number; content: ReactNode };

/** Tabs over one body; arrow keys move, and only the open body is drawn. */
export function Tabs({
  label,
  tabs,
  value,
  onChange,
}: {
  label: string;
  tabs: readonly Tab[];
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(String(next))}>
      <Base.List
        aria-label={label}
        activateOnFocus
        className="sticky top-0 z-3 -mx-6 mt-5 flex gap-[18px] overflow-x-auto max-sm:justify-between max-sm:gap-2.5 border-b border-line bg-raised px-6 [scrollbar-width:none] max-sm:-mx-4 max-sm:px-4"
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px border-b-2 border-transparent pt-2.5 pb-[9px] text-fine whitespace-nowrap text-ink-2 outline-offset-[-2px] hover:text-ink data-active:border-accent data-active:font-name data-active:text-ink max-sm:min-h-[46px]"
          >
            {tab.label}
            {tab.count !== undefined && (
              <span className="num ml-[3px] font-label text-small text-ink-3">{tab.count}</span>
            )}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="pt-4 outline-offset-4">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
