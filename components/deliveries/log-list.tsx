"use client";

import type { Flood } from "#lib/api/flood-shapes.ts";
import { Button } from "../ui/button.tsx";
import { FailedState } from "../ui/empty-state.tsx";
import type { useLogPages } from "./log-data.ts";
import { LogSkeleton, NoMatch } from "./log-empty.tsx";
import type { LogEntry } from "./log-entries.ts";
import type { NamedIds } from "./log-filter.ts";
import type { RowActs } from "./log-row.tsx";
import { LogTable } from "./log-table.tsx";
import type { LogState } from "./use-log-state.ts";
import type { Selection } from "./use-selection.ts";

/** The rows, or what stands in their place while they load or when there are none. */
export function LogList({
  log,
  names,
  pages,
  entries,
  empty,
  freshAfter,
  selection,
  mayRetry,
  acts,
  floodHref,
  onFlood,
}: {
  log: LogState;
  names: NamedIds;
  pages: ReturnType<typeof useLogPages>;
  entries: readonly LogEntry[];
  empty: boolean;
  freshAfter: string | null;
  selection: Selection;
  mayRetry: boolean;
  acts: RowActs;
  floodHref: (flood: Flood) => string;
  onFlood: (flood: Flood) => void;
}) {
  if (pages.error && entries.length === 0)
    return <FailedState what="The log" error={pages.error} onRetry={() => pages.refetch()} />;
  if (pages.isPending) return <LogSkeleton />;
  if (empty)
    return (
      <NoMatch
        filter={log.filter}
        range={log.range}
        anchorMs={log.anchorMs}
        names={names}
        onRemove={(name) => log.setFilter({ [name]: null })}
        onWiden={() => log.setRange({ range: "30d", from: null, to: null })}
        onClear={log.clearFilter}
      />
    );
  return (
    <>
      <LogTable
        entries={entries}
        openId={log.openId}
        freshAfter={freshAfter}
        selection={selection}
        hrefOf={(id) => log.hrefTo({ open: id })}
        floodHref={floodHref}
        onFlood={onFlood}
        mayRetry={mayRetry}
        acts={acts}
        stale={pages.isPlaceholderData}
      />
      {pages.hasNextPage && (
        <div className="mt-4 grid justify-items-center">
          <Button busy={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
            Load older webhooks
          </Button>
        </div>
      )}
    </>
  );
}
