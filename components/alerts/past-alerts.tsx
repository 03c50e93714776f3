"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import type { Alert } from "#lib/api/alert-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import { duration } from "../time/durations.ts";
import { ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { FailedState } from "../ui/empty-state.tsx";
import { type AlertList, readPast } from "./alert-queries.ts";
import { Told } from "./told.tsx";

/** What was wrong and is over: when, for how long, who was told and who muted it. */
export function PastAlerts({ initial }: { initial: AlertList }) {
  const past = useInfiniteQuery({
    queryKey: ["alerts", "past"],
    queryFn: ({ pageParam, signal }) => readPast(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    initialData: { pages: [initial], pageParams: [null] },
    refetchInterval: 30_000,
  });
  const alerts = past.data.pages.flatMap((page) => page.items);
  return (
    <Box title="Over">
      {past.error && alerts.length === 0 ? (
        <FailedState what="The history" error={past.error} onRetry={() => past.refetch()} />
      ) : alerts.length === 0 ? (
        <p className="border-t border-line px-4 py-4 text-ink-2">
          Nothing yet. An alert that is over stays here with how long it lasted.
        </p>
      ) : (
        <ul>
          {alerts.map((alert) => (
            <PastAlert key={alert.id} alert={alert} />
          ))}
        </ul>
      )}
      {past.hasNextPage && (
        <div className="border-t border-line-soft px-2 py-1.5">
          <Button
            tone="quiet"
            size="small"
            busy={past.isFetchingNextPage}
            onClick={() => past.fetchNextPage()}
          >
            Show older ones
          </Button>
        </div>
      )}
    </Box>
  );
}

function PastAlert({ alert }: { alert: Alert }) {
  const lasted = new Date(alert.closedAt ?? alert.openedAt).getTime() - new Date(alert.openedAt).getTime();
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-3 border-t border-line-soft px-4 py-2.5 first:border-line [--glyph-ground:var(--raised)] max-sm:grid-cols-[16px_minmax(0,1fr)]">
      <Glyph name="synced" className="mt-0.5" />
      <div className="min-w-0">
        <p className="text-fine [overflow-wrap:anywhere]">{alert.title.replace(/\.$/, "")}</p>
        <p className="text-small text-ink-3 [overflow-wrap:anywhere]">
          {alert.kindTitle}
          {alert.sends.length > 0 && (
            <>
              {" · "}
              <Told alert={alert} />
            </>
          )}
          {alert.mutedBy && ` · muted by ${alert.mutedBy}`}
        </p>
      </div>
      <p className="num text-right text-small text-ink-3 max-sm:col-start-2 max-sm:text-left">
        <ShortWhen at={alert.openedAt} />
        <span className="block max-sm:inline max-sm:before:content-['_·_']">lasted {duration(lasted)}</span>
      </p>
    </li>
  );
}
