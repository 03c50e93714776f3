"use client";

import { X } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** What can be done with the chosen rows; it floats above the list and goes with the last of them. */
export function SelectionBar({
  what,
  offer,
  onClear,
  children,
}: {
  what: ReactNode;
  /** "Select all 230 matching" */
  offer?: ReactNode;
  onClear: () => void;
  children: ReactNode;
}) {
  return (
    <section
      aria-label="Selection"
      className="sticky bottom-4 z-4 mx-auto mt-3.5 flex w-max max-w-full items-center gap-1 rounded-box bg-ink py-[5px] pr-1.5 pl-3.5 text-log text-canvas shadow-3 [&_:focus-visible]:outline-current max-sm:fixed max-sm:inset-x-3 max-sm:bottom-[76px] max-sm:w-auto"
    >
      <span className="num mr-2 whitespace-nowrap max-sm:grow">{what}</span>
      {offer}
      {children}
      <span className="mx-1 h-[18px] w-px bg-current opacity-30 max-sm:hidden" />
      <SelectionAction onClick={onClear} aria-label="Clear the selection, Escape">
        <X size={15} strokeWidth={1.75} aria-hidden />
      </SelectionAction>
    </section>
  );
}

/** One action of the bar; the first is filled. */
export function SelectionAction({
  first = false,
  underlined = false,
  className,
  ...rest
}: ComponentProps<"button"> & { first?: boolean; underlined?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      className={classNames(
        "inline-flex h-[30px] items-center gap-1.5 rounded-[6px] px-[9px] font-medium whitespace-nowrap disabled:opacity-50 max-sm:h-11",
        first
          ? "bg-canvas text-ink hover:bg-raised"
          : "hover:bg-[color-mix(in_oklab,currentColor_16%,transparent)]",
        underlined && "underline decoration-current/45 underline-offset-3 max-sm:hidden",
        className,
      )}
    />
  );
}
