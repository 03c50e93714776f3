"use client";

import type { ReactNode } from "react";
import { ApiFailure } from "../query/api.ts";
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

/** A read that failed: what happened, and a way to try it again, unless what was asked for is not there. */
export function FailedState({ what, error, onRetry }: { what: string; error: Error; onRetry: () => void }) {
  const isMissing = error instanceof ApiFailure && error.code === "not_found";
  return (
    <div role="alert">
      <EmptyState
        title={isMissing ? `${what} is not here` : `${what} could not be read`}
        action={!isMissing && <Button onClick={onRetry}>Try again</Button>}
      >
        {error.message}
        {isMissing && " It may have been cleaned up or deleted."}
      </EmptyState>
    </div>
  );
}
