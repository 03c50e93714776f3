"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { FirstRun } from "../first-run/first-run.tsx";
import { useFloods } from "../floods/use-floods.ts";
import { Page } from "../shell/page.tsx";
import { useBlocked } from "../shell/person.tsx";
import { outcomes } from "../status/outcomes.ts";
import { Announcer, LiveLine, useAnnounce } from "../ui/live.tsx";
import { useMedia } from "../ui/media.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { BulkRetry } from "./bulk-retry.tsx";
import { Histogram } from "./histogram.tsx";
import { type LogInitial, useCounts, useNamedIds } from "./log-data.ts";
import { foldsFloods, type LogFilter } from "./log-filter.ts";
import { floodLinks, LogFloods } from "./log-floods.tsx";
import { LogHead } from "./log-head.tsx";
import { LogList } from "./log-list.tsx";
import { resolveRange, rowsQuery } from "./log-query.ts";
import { LogSearch } from "./log-search.tsx";
import { LogSelectionBar } from "./log-selection-bar.tsx";
import { LogViews } from "./log-views-nav.tsx";
import { Panel } from "./panel.tsx";
import { type RetryFilter, useRetry } from "./retry-data.ts";
import { aboutWhom } from "./row-words.ts";
import { useLogKeys } from "./use-log-keys.ts";
import { useLogRows } from "./use-log-rows.ts";
import { useLogState } from "./use-log-state.ts";
import { useRowWalk } from "./use-row-walk.ts";
import { useSelection } from "./use-selection.ts";

/** The log of webhooks: find one, see where it stopped and why, run it or many again. */
export function Webhooks({ everArrived, ...props }: LogProps & { everArrived: boolean }) {
  const [skipped, setSkipped] = useState(false);
  if (!everArrived && !skipped)
    return (
      <Page>
        <FirstRun onDone={() => setSkipped(true)} />
      </Page>
    );
  return (
    <Announcer>
      <Log {...props} />
    </Announcer>
  );
}

type LogProps = { initial: LogInitial | null; startMs: number };

function Log({ initial, startMs }: LogProps) {
  const client = useQueryClient();
  const announce = useAnnounce();
  const log = useLogState(startMs);
  const floods = useFloods(
    log.filter.connection,
    log.filter.flood,
    initial?.filter.connection === log.filter.connection ? initial.floods : undefined,
  );
  const names = useNamedIds(floods.all);
  const searchRef = useRef<HTMLInputElement>(null);
  const panelRef = useRef<HTMLElement>(null);
  const [filterOpen, setFilterOpen] = useState(false);
  const [bulk, setBulk] = useState<{ filter: RetryFilter; what: string } | null>(null);
  const [selectedCount, setSelectedCount] = useState(0);
  const { pages, rows, entries, empty, ...news } = useLogRows(log, initial, selectedCount, floods.all);
  const selection = useSelection(
    rows.map((row) => row.id),
    setSelectedCount,
  );
  // A selection is of rows: what is folded into a flood's one row is no part of it.
  const rowFilter: LogFilter =
    foldsFloods(log.filter) && floods.all.length > 0 ? { ...log.filter, floods: "folded" } : log.filter;
  const counts = useCounts(log.filter, log.range, log.live, initial);
  const rowCounts = useCounts(rowFilter, log.range, log.live, initial);
  const wholeCounts = useCounts({ ...log.filter, status: null, next: null }, log.range, log.live, initial);
  const retry = useRetry((end) => announce(`${aboutWhom(end)[0]}: ${outcomes[end.status].word}`));
  const blocked = useBlocked("operator");
  const sheet = useMedia("(max-width: 639px)");
  const walk = useRowWalk({
    entries,
    log,
    panelRef,
    loadMore: pages.hasNextPage ? pages.fetchNextPage : null,
  });
  const links = floodLinks(log);
  const query = rowsQuery(log.filter, resolveRange(log.range, log.anchorMs));

  const retrySelected = () =>
    setBulk(
      selection.allMatching
        ? { filter: query, what: "in this view" }
        : { filter: { ids: [...selection.chosen] }, what: "you selected" },
    );
  const retryOne = (id: string | null) => {
    const row = rows.find((one) => one.id === id);
    if (id && blocked === null && !retry.isPending && row?.canRetry !== false) retry.mutate(id);
  };
  useLogKeys({
    step: walk.step,
    select: (extend) => {
      const id = walk.currentDelivery();
      if (id) selection.turn(id, extend);
    },
    retry: () => (selection.chosen.size > 0 ? retrySelected() : retryOne(walk.currentDelivery())),
    search: () => searchRef.current?.focus(),
    filter: () => setFilterOpen(true),
    live: () => log.setLive(!log.live),
    escape: () => (log.openId ? walk.close() : selection.clear()),
  });
  return (
    <div
      data-panel={log.openId ? "open" : undefined}
      className="group/stage grid grid-cols-[minmax(0,1fr)] 2xl:data-[panel=open]:grid-cols-[minmax(0,1fr)_500px] 2xl:data-[panel=open]:[&>div>main]:px-[22px]"
    >
      <div inert={sheet && log.openId !== null} className="min-w-0">
        <Page wide>
          <LogHead live={news.live} onLive={log.setLive} range={log.range} onRange={log.setRange} />
          {counts.isPending && <Skeleton className="h-[154px]" />}
          {counts.data && (
            <Histogram
              counts={counts.data}
              stale={counts.isPlaceholderData}
              onZoom={(from, to) => log.setRange({ range: log.range.range, from, to })}
            />
          )}
          <LogViews
            chosen={log.filter}
            counts={wholeCounts.data}
            hrefOf={(outcomes) => log.hrefTo({ ...outcomes, open: null })}
            onChoose={log.setFilter}
          />
          <LogSearch
            log={log}
            names={names}
            inputRef={searchRef}
            filterOpen={filterOpen}
            onFilterOpen={setFilterOpen}
          />
          <LogFloods log={log} floods={floods} />
          <LiveLine state={news.live} fresh={news.fresh} why={news.why} onShow={news.showNew} />
          <LogList
            log={log}
            names={names}
            pages={pages}
            entries={entries}
            empty={empty}
            freshAfter={news.freshAfter}
            selection={selection}
            mayRetry={blocked === null}
            acts={{ open: walk.open, turn: selection.turn, retry: retryOne }}
            floodHref={links.href}
            onFlood={links.enter}
          />
          {selection.chosen.size > 0 && (
            <LogSelectionBar
              rows={rows}
              selection={selection}
              total={rowCounts.data?.total ?? rows.length}
              query={query}
              blocked={blocked}
              onRetry={retrySelected}
            />
          )}
        </Page>
      </div>
      {log.openId && (
        <Panel
          id={log.openId}
          panelRef={panelRef}
          tab={log.tab}
          onTab={log.setTab}
          onStep={walk.step}
          onClose={walk.close}
          onOpen={log.open}
          hrefOf={(id) => log.hrefTo({ open: id })}
          onRetry={retryOne}
          retrying={retry.isPending && retry.variables === log.openId}
        />
      )}
      <BulkRetry
        filter={bulk?.filter ?? null}
        what={bulk?.what ?? ""}
        onClose={() => {
          setBulk(null);
          selection.clear();
          void client.invalidateQueries({ queryKey: ["deliveries"] });
        }}
      />
    </div>
  );
}
