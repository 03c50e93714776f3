"use client";

import { type RefObject, useEffect, useRef } from "react";
import { useMedia } from "../ui/media.ts";
import type { LogEntry } from "./log-entries.ts";
import type { LogState } from "./use-log-state.ts";

type WalkOptions = {
  entries: readonly LogEntry[];
  log: LogState;
  panelRef: RefObject<HTMLElement | null>;
  /** Reads the next page, when there is one. */
  loadMore: (() => unknown) | null;
};

const linkOf = (id: string) =>
  document.querySelector<HTMLAnchorElement>(`[data-row-link="${CSS.escape(id)}"]`);

/** Which row the keyboard is at, walking the rows with the panel open or closed, and where focus goes. */
export function useRowWalk({ entries, log, panelRef, loadMore }: WalkOptions) {
  const over = useMedia("(max-width: 1359px)");
  const at = useRef<string | null>(null);
  const openedHere = useRef(false);

  const focusedId = () => document.activeElement?.closest("[data-id]")?.getAttribute("data-id") ?? null;
  const currentId = () => log.openId ?? focusedId() ?? at.current;

  const step = (by: 1 | -1) => {
    // The panel shows deliveries; with it open the walk passes floods by.
    const rows = log.openId ? entries.filter((entry) => "delivery" in entry) : entries;
    const from = currentId();
    const index = rows.findIndex((row) => row.id === from);
    const next = rows[index < 0 ? 0 : index + by];
    if (!next) {
      if (by === 1) loadMore?.();
      return;
    }
    at.current = next.id;
    if (log.openId) log.open(next.id);
    const inPanel = panelRef.current?.contains(document.activeElement) ?? false;
    const link = linkOf(next.id);
    link?.scrollIntoView({ block: "nearest" });
    if (!inPanel) link?.focus({ preventScroll: true });
  };
  const open = (id: string) => {
    at.current = id;
    openedHere.current = true;
    if (log.openId === id && !over) return close();
    log.open(id);
    if (!over) linkOf(id)?.focus({ preventScroll: true });
  };
  const close = () => {
    const id = log.openId;
    log.open(null);
    // The sheet makes the list inert until it is gone.
    if (id)
      requestAnimationFrame(() => requestAnimationFrame(() => linkOf(id)?.focus({ preventScroll: true })));
  };

  const isOpen = log.openId !== null;
  useEffect(() => {
    if (isOpen && over && openedHere.current) panelRef.current?.focus({ preventScroll: true });
    openedHere.current = false;
  }, [isOpen, over, panelRef]);
  /** The delivery at hand; null when there is none or a flood's row has the focus. */
  const currentDelivery = () => {
    const id = currentId();
    const entry = entries.find((one) => one.id === id);
    return entry && "flood" in entry ? null : id;
  };
  return { currentDelivery, step, open, close };
}
