"use client";

import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";

const itemClass =
  "flex min-h-8 cursor-default items-center gap-2.5 rounded-control px-2.5 outline-none data-highlighted:bg-hover data-disabled:text-ink-3 max-sm:min-h-11";

/** A list of actions under a button; arrow keys walk, Escape closes, focus returns to the button. */
export function Menu({
  trigger,
  align = "end",
  side = "bottom",
  children,
}: {
  trigger: ReactElement<Record<string, unknown>>;
  align?: "start" | "end";
  side?: "bottom" | "top" | "right";
  children: ReactNode;
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={5} className="z-60 outline-none">
          <Base.Popup className="popup min-w-46 rounded-box border border-line bg-raised p-1 text-fine shadow-2 outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** One action of a menu; a destructive one is a red word. */
export function MenuItem({
  onSelect,
  danger = false,
  disabled = false,
  glyph,
  children,
}: {
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
  glyph?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Base.Item
      onClick={onSelect}
      disabled={disabled}
      className={classNames(itemClass, danger && "text-bad-ink")}
    >
      {glyph}
      {children}
    </Base.Item>
  );
}

/** A menu entry that goes to another page. */
export function MenuLink({
  render,
  children,
}: {
  render: ReactElement<Record<string, unknown>>;
  children: ReactNode;
}) {
  return (
    <Base.Item render={render} className={itemClass}>
      {children}
    </Base.Item>
  );
}

/** A choice among a few, inside a menu. */
export function MenuChoices({
  label,
  value,
  onChange,
  items,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  items: readonly { value: string; label: string; glyph?: ReactNode }[];
}) {
  return (
    <Base.RadioGroup value={value} onValueChange={onChange} aria-label={label}>
      {items.map((item) => (
        <Base.RadioItem key={item.value} value={item.value} closeOnClick className={itemClass}>
          {item.glyph}
          <span className="grow">{item.label}</span>
          <Base.RadioItemIndicator className="size-1.5 rounded-full bg-accent" />
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}
