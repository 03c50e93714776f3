"use client";

import { createSerializer, useQueryStates } from "nuqs";
import { useCallback, useEffect, useState } from "react";
import { type LogFilter, noFilter } from "./log-filter.ts";
import { isFixed, type LogRange, resolveRange } from "./log-query.ts";
import { logParsers, splitLogUrl } from "./log-url.ts";

const serialize = createSerializer(logParsers);

/**
 * What the address says, and how to change it. `anchorMs` is when the rows were last asked for: a range that ends now
 * ends there, so that rows hold still until the person asks for newer ones.
 */
export function useLogState(startMs: number) {
  const [url, setUrl] = useQueryStates(logParsers, { history: "push", scroll: false });
  const [anchorMs, setAnchorMs] = useState(startMs);
  const { filter, range } = splitLogUrl(url);
  const live = !isFixed(range);

  const refresh = useCallback(() => setAnchorMs(Date.now()), []);
  const visit = useCallback(
    (change: Partial<LogFilter & LogRange & { open: null }>) => {
      setAnchorMs(Date.now());
      void setUrl(change);
    },
    [setUrl],
  );
  const setFilter = useCallback((change: Partial<LogFilter>) => visit({ ...change, open: null }), [visit]);
  const setRange: (next: LogRange) => void = visit;
  const open = useCallback(
    // Walking from row to row is not worth a step back each.
    (id: string | null) =>
      void setUrl({ open: id }, { history: id === null || url.open ? "replace" : "push" }),
    [setUrl, url.open],
  );
  return {
    filter,
    range,
    live,
    anchorMs,
    openId: url.open,
    tab: url.tab,
    refresh,
    visit,
    setFilter,
    setRange,
    clearFilter: () => setFilter(noFilter),
    /** Off freezes the range where it stands; on lets it end now again. */
    setLive: (on: boolean) => {
      const frozen = resolveRange(range, anchorMs);
      setRange(
        on
          ? { ...range, from: null, to: null }
          : { ...range, from: frozen.from, to: frozen.to ?? new Date().toISOString() },
      );
    },
    open,
    setTab: (tab: (typeof url)["tab"]) => void setUrl({ tab }, { history: "replace" }),
    hrefTo: (change: Partial<typeof url>) => `/webhooks${serialize({ ...url, ...change })}`,
  };
}

export type LogState = ReturnType<typeof useLogState>;

/** Why live rests: the tab is hidden, or the window lies behind another one. */
export function useAway(): "hidden" | "blurred" | null {
  const [away, setAway] = useState<"hidden" | "blurred" | null>(null);
  useEffect(() => {
    const look = () => setAway(document.hidden ? "hidden" : document.hasFocus() ? null : "blurred");
    look();
    const events = ["focus", "blur"] as const;
    for (const event of events) window.addEventListener(event, look);
    document.addEventListener("visibilitychange", look);
    return () => {
      for (const event of events) window.removeEventListener(event, look);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return away;
}

/** Whether the person has scrolled into the list. */
export function useScrolled(pastPx: number): boolean {
  const [scrolled, setScrolled] = useState(false);
  useEffect(() => {
    const look = () => setScrolled(window.scrollY > pastPx);
    look();
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, [pastPx]);
  return scrolled;
}
