"use client";

import type { ReactNode } from "react";
import { Button } from "./button.tsx";

/** Nothing here: one sentence that says why, one that says what to do, and the action that helps. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="grid justify-items-center gap-1 px-4 py-14 text-center">
      <h2 className="text-box">{title}</h2>
      {children && <p className="max-w-[52ch] text-ink-2">{children}</p>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** A read that failed: what happened, and a way to try it again. */
export function FailedState({ what, error, onRetry }: { what: string; error: Error; onRetry: () => void }) {
  return (
    <div role="alert">
      <EmptyState title={`${what} could not be read`} action={<Button onClick={onRetry}>Try again</Button>}>
        {error.message}
      </EmptyState>
    </div>
  );
}
