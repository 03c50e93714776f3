"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";

/** Words beside a control on hover and focus; the control needs its own label where it has no word. */
export function Tooltip({
  text,
  side = "top",
  disabled = false,
  children,
}: {
  text: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
  disabled?: boolean;
  children: ReactElement<Record<string, unknown>>;
}) {
  return (
    <Base.Root disabled={disabled}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={7} className="z-60">
          <Base.Popup className="popup max-w-70 rounded-control bg-ink px-2.5 py-1.5 text-small text-canvas shadow-2">
            {text}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
