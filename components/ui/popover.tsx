"use client";

import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** A small panel under a button; Escape closes it and focus returns to the button. */
export function Popover({
  trigger,
  label,
  align = "start",
  open,
  onOpenChange,
  sheet = false,
  children,
}: {
  trigger: ReactElement<Record<string, unknown>>;
  label: string;
  align?: "start" | "center" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** On a phone it lies at the bottom of the screen, as wide as that. */
  sheet?: boolean;
  children: ReactNode;
}) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          align={align}
          sideOffset={6}
          className={classNames(
            "z-60",
            sheet &&
              "max-sm:fixed! max-sm:inset-x-0! max-sm:top-auto! max-sm:bottom-0! max-sm:transform-none!",
          )}
        >
          <Base.Popup
            aria-label={label}
            className={classNames(
              "popup max-h-(--available-height) max-w-[calc(100vw-24px)] overflow-y-auto rounded-box border border-line bg-raised p-3 text-fine shadow-2 outline-none",
              sheet &&
                "max-sm:max-h-[80dvh] max-sm:max-w-none max-sm:rounded-b-none max-sm:px-4 max-sm:pt-4 max-sm:pb-[max(16px,env(safe-area-inset-bottom))] max-sm:shadow-3",
            )}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
