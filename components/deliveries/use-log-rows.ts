"use client";

import { useEffect, useState } from "react";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import type { Flood } from "#lib/api/flood-shapes.ts";
import type { LiveState } from "../ui/live.tsx";
import { type DeliveryPage, type LogInitial, pageSize, useLogPages, useNewest } from "./log-data.ts";
import { logEntries } from "./log-entries.ts";
import { foldsFloods } from "./log-filter.ts";
import { resolveRange } from "./log-query.ts";
import { type LogState, useAway, useScrolled } from "./use-log-state.ts";

const tintMs = 2_000;
const intoTheList = 400;

const noFloods: readonly Flood[] = [];

/**
 * The rows to draw, floods among them where the filter folds them, brought up to date in place while live, and how many newer ones wait. Newer rows never push the
 * list: they come in when the person asks (`showNew`), or at once when the list is empty.
 */
export function useLogRows(
  log: LogState,
  initial: LogInitial | null,
  selectedCount: number,
  allFloods: readonly Flood[],
) {
  const pages = useLogPages(log.filter, log.range, log.anchorMs, initial);
  const away = useAway();
  const scrolled = useScrolled(intoTheList);
  const newest = useNewest(log.filter, log.range, log.anchorMs, { live: log.live, resting: away !== null });
  const [freshAfter, setFreshAfter] = useState<string | null>(null);
  const { refresh } = log;

  const floods = foldsFloods(log.filter) ? allFloods : noFloods;
  const loaded = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const rows = upToDate(loaded, newest.data, floods.length > 0);
  const { from, to } = resolveRange(log.range, log.anchorMs);
  const until = to ?? new Date(log.anchorMs).toISOString();
  const entries = logEntries(rows, floods, { from, to: until }, pages.hasNextPage);
  const top = loaded[0]?.id ?? "";
  const waiting = pages.isPlaceholderData
    ? 0
    : (newest.data?.items.filter((row) => row.id > top).length ?? 0) +
      (log.live ? floods.filter((flood) => flood.openedAt >= until).length : 0);
  const empty = pages.data !== undefined && !pages.isPlaceholderData && entries.length === 0;

  useEffect(() => {
    if (empty && waiting > 0) refresh();
  }, [empty, waiting, refresh]);
  useEffect(() => {
    if (freshAfter === null || pages.isPlaceholderData) return;
    const timer = setTimeout(() => setFreshAfter(null), tintMs);
    return () => clearTimeout(timer);
  }, [freshAfter, pages.isPlaceholderData]);

  const resting = restWords(selectedCount, scrolled, away);
  return {
    pages,
    rows,
    entries,
    empty,
    freshAfter,
    live: liveState(log.live, newest.isError, away !== null || selectedCount > 0 || scrolled),
    fresh: waiting === 0 ? null : `${waiting >= pageSize ? `${waiting}+` : waiting} new`,
    why: resting,
    showNew: () => {
      setFreshAfter(top);
      refresh();
      window.scrollTo({ top: 0 });
    },
  };
}

/** Loaded rows as they are now; what has since become part of a folded flood goes. */
function upToDate(
  loaded: readonly Delivery[],
  newest: DeliveryPage | undefined,
  folded: boolean,
): Delivery[] {
  if (!newest) return [...loaded];
  const latest = new Map(newest.items.map((row) => [row.id, row]));
  const covered = newest.nextCursor === null ? "" : (newest.items.at(-1)?.id ?? "");
  return loaded.flatMap((row) => latest.get(row.id) ?? (folded && row.id >= covered ? [] : row));
}

function liveState(on: boolean, lost: boolean, resting: boolean): LiveState {
  if (!on) return "off";
  if (lost) return "lost";
  return resting ? "waiting" : "live";
}

function restWords(selected: number, scrolled: boolean, away: string | null): string | null {
  if (selected > 0) return `waiting while ${selected === 1 ? "1 row is" : `${selected} rows are`} selected`;
  if (scrolled) return "waiting while you are further down";
  return away === null ? null : "as of when you left this window";
}
