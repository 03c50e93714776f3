"use client";

import { useQueries, useQuery } from "@tanstack/react-query";
import type { Alert } from "#lib/api/alert-shapes.ts";
import type { DeliveryCounts } from "#lib/api/delivery-shapes.ts";
import { openAlertsQuery } from "../alerts/alert-queries.ts";
import { api, queryString } from "../query/api.ts";
import { count, counted } from "../time/durations.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { chipsOf } from "./filter-chips.ts";
import { type FilterName, type LogFilter, type NamedIds, noFilter } from "./log-filter.ts";
import { apiQuery, type LogRange, resolveRange } from "./log-query.ts";
import { isView, logViews } from "./log-views.ts";

type NoMatchProps = {
  filter: LogFilter;
  range: LogRange;
  anchorMs: number;
  names: NamedIds;
  onRemove: (name: FilterName) => void;
  onWiden: () => void;
  onClear: () => void;
};

/** Nothing matches: names the filter that took the most away, and offers to remove it. */
export function NoMatch({ filter, range, anchorMs, names, onRemove, onWiden, onClear }: NoMatchProps) {
  const set = (Object.keys(noFilter) as FilterName[]).filter((name) => filter[name] !== null);
  const without = useQueries({
    queries: set.map((name) => ({
      queryKey: ["deliveries", "without", name, filter, range, anchorMs],
      queryFn: () =>
        api<DeliveryCounts>(
          `/v1/deliveries/counts${queryString(apiQuery({ ...filter, [name]: null }, resolveRange(range, anchorMs)))}`,
        ).then((counts) => counts.total),
    })),
  });
  const silences = useSilences(set.every((name) => name === "connection") ? filter.connection : undefined);
  if (silences.length > 0)
    return (
      <EmptyState title="Quiet" action={<Button onClick={onWiden}>Show the last 30 days</Button>}>
        {silences.map(({ title, safe }) => `${title} ${safe}`).join(" ")}
      </EmptyState>
    );
  if (set.length === 0)
    return (
      <EmptyState
        title="No webhook in this range"
        action={<Button onClick={onWiden}>Show the last 30 days</Button>}
      >
        Nothing arrived in it. What arrives next appears here.
      </EmptyState>
    );
  const best = set
    .map((name, index) => ({ name, gain: without[index]?.data ?? 0 }))
    .reduce((most, one) => (one.gain > most.gain ? one : most));
  const word = chipWord(best.name, filter, names);
  return (
    <EmptyState
      title="No webhook matches"
      action={
        <>
          {best.gain > 0 ? (
            <Button onClick={() => onRemove(best.name)}>Remove it</Button>
          ) : (
            <Button onClick={onWiden}>Show the last 30 days</Button>
          )}
          {set.length > 1 && (
            <Button tone="quiet" onClick={onClear}>
              Clear all filters
            </Button>
          )}
        </>
      }
    >
      {best.gain > 0 ? (
        <>
          Without <b>{word}</b> there {best.gain === 1 ? "is" : "are"} {counted(best.gain, "webhook")} in this
          range.
        </>
      ) : (
        <>
          Not in this range, whatever filter is removed.{" "}
          {set.length === 1 ? `The filter is ${word}.` : `${count(set.length)} filters are set.`}
        </>
      )}
    </EmptyState>
  );
}

/** Connections of what is shown that are silent for longer than usual; `undefined` asks about none. */
function useSilences(connection: string | null | undefined): Alert[] {
  const open = useQuery(openAlertsQuery()).data?.items ?? [];
  if (connection === undefined) return [];
  return open.filter(
    ({ kind, connectionId }) => kind === "silence" && (connection === null || connection === connectionId),
  );
}

function chipWord(name: FilterName, filter: LogFilter, names: NamedIds): string {
  const view = name === "status" || name === "next" ? logViews.find((one) => isView(one, filter)) : undefined;
  if (view) return `the view ${view.name}`;
  const chip = chipsOf(filter, names).find((one) => one.id === name);
  return chip ? `${chip.field}: ${chip.value}` : name;
}

/** Rows in the rhythm of the log, after 300 ms. */
export function LogSkeleton() {
  return (
    <div role="status" aria-label="Reading the log" className="mt-10">
      {["a", "b", "c", "d", "e", "f", "g", "h"].map((row) => (
        <div key={row} className="flex h-[41px] items-center gap-4 border-b border-line-soft px-2.5">
          <Skeleton className="size-4" />
          <Skeleton className="w-14" />
          <Skeleton className="w-24" />
          <Skeleton className="w-40" />
          <Skeleton className="ml-auto w-20" />
        </div>
      ))}
    </div>
  );
}
