"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode, RefObject } from "react";
import { classNames } from "./class-names.ts";

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** One line under the title. */
  lead?: ReactNode;
  glyph?: ReactNode;
  footer?: ReactNode;
  width?: "normal" | "narrow";
  initialFocus?: RefObject<HTMLElement | null>;
  children?: ReactNode;
};

/** A dialog: focus stays in it, Escape asks to close, focus returns to where it was. A sheet from below on phones. */
export function Dialog({
  open,
  onOpenChange,
  title,
  lead,
  glyph,
  footer,
  width = "normal",
  initialFocus,
  children,
}: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-(--calm) data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          initialFocus={initialFocus}
          className={classNames(
            "fixed left-1/2 top-1/2 z-50 flex max-h-[calc(100dvh-48px)] -translate-x-1/2 -translate-y-1/2 flex-col overflow-hidden rounded-dialog bg-raised text-ink shadow-3 ring-1 ring-line outline-none",
            "transition-[opacity,translate] duration-(--calm) data-ending-style:opacity-0 data-starting-style:opacity-0",
            "max-sm:top-auto max-sm:bottom-0 max-sm:max-h-[94dvh] max-sm:w-screen max-sm:translate-y-0 max-sm:rounded-b-none",
            width === "normal" ? "sm:w-[min(680px,calc(100vw-24px))]" : "sm:w-[min(460px,calc(100vw-24px))]",
          )}
        >
          <div className="overflow-y-auto px-7 pt-[26px] pb-6 max-sm:px-4 max-sm:pt-5">
            <div className="flex items-center gap-2">
              {glyph}
              <Base.Title className="text-head tracking-[-0.012em]">{title}</Base.Title>
            </div>
            {lead && <Base.Description className="mt-1.5 text-ink-2">{lead}</Base.Description>}
            {children}
          </div>
          {footer && (
            <footer className="flex items-center gap-2.5 border-t border-line px-7 py-3.5 max-sm:flex-wrap max-sm:px-4 max-sm:py-3 max-sm:[&>button]:flex-1 max-sm:[&>span:empty]:hidden">
              {footer}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
