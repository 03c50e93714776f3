"use client";

import type { ReactNode } from "react";
import { Button } from "./button.tsx";

/** Shown while something is unsaved: says what saving will do outside Rollcall, and what went wrong if it failed. */
export function SaveBar({
  consequence,
  action,
  blocked = null,
  saving,
  failure,
  onUndo,
  onSave,
}: {
  consequence: ReactNode;
  /** What the button says, with its object. */
  action: string;
  /** Why it cannot be saved as it is. */
  blocked?: string | null;
  saving: boolean;
  failure: string | null;
  onUndo: () => void;
  onSave: () => void;
}) {
  return (
    <div className="sticky bottom-0 z-5 -mx-8 -mb-14 flex items-center gap-3 border-t border-line bg-raised px-8 py-[13px] shadow-[0_-8px_24px_-16px_light-dark(oklch(0.3_0.02_60/.3),oklch(0_0_0/.6))] after:absolute after:-top-px after:bottom-0 after:left-full after:w-screen after:border-t after:border-line after:bg-raised max-xl:-mx-6 max-xl:px-6 max-sm:bottom-16 max-sm:-mx-4 max-sm:-mb-10 max-sm:flex-wrap max-sm:gap-x-2.5 max-sm:gap-y-2 max-sm:px-4 max-sm:py-3">
      <p role="status" className="grow max-sm:shrink-0 max-sm:basis-full">
        {failure ? (
          <>
            <b className="text-bad-ink">Not saved.</b> <span className="text-ink-2">{failure}</span>
          </>
        ) : (
          <>
            <b>Not saved yet.</b> <span className="text-ink-2">{consequence}</span>
          </>
        )}
      </p>
      <Button tone="quiet" onClick={onUndo} className="max-sm:flex-1">
        Undo
      </Button>
      <Button tone="primary" busy={saving} blocked={blocked} onClick={onSave} className="max-sm:flex-1">
        {action}
      </Button>
    </div>
  );
}
