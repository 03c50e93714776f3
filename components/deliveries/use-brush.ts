"use client";

import { type KeyboardEvent, type PointerEvent, useState } from "react";
import type { DeliveryCounts } from "#lib/api/delivery-shapes.ts";
import { clock, clockShort, dayOf, shortWhen } from "../time/zoned.ts";

/** Where slice `index` begins; the one after the last is the end of the range. */
export function bucketEdge(counts: DeliveryCounts, index: number): string {
  const first = counts.buckets[0];
  if (!first) return counts.to;
  return new Date(Date.parse(first.at) + index * counts.bucketSeconds * 1000).toISOString();
}

/** "17:30 – 19:30", with days where the slices are longer or end on another one. */
export function bucketSpan(counts: DeliveryCounts, first: number, last: number, zone: string): string {
  const from = bucketEdge(counts, first);
  const to = bucketEdge(counts, last + 1);
  const spoken = counts.bucketSeconds < 60 ? clock : clockShort;
  const days =
    dayOf(counts.from, zone) !== dayOf(counts.to, zone) &&
    Date.parse(counts.to) - Date.parse(counts.from) > 90_000_000;
  const withDay = (at: string) =>
    days ? `${shortWhen(at, Date.parse(at) + 86_400_000, zone)}` : spoken(at, zone);
  return `${withDay(from)} – ${withDay(to)}`;
}

type Chosen = { anchor: number; cursor: number };

/** Choosing slices of the chart with pointer or keys; `onZoom` gets the two moments. */
export function useBrush(
  counts: DeliveryCounts,
  totals: readonly number[],
  onZoom: ((from: string, to: string) => void) | undefined,
) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [dragging, setDragging] = useState(false);
  const [byKeys, setByKeys] = useState(false);
  const last = totals.length - 1;
  const clamp = (index: number) => Math.min(last, Math.max(0, index));
  const at = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return clamp(Math.floor(((event.clientX - box.left) / box.width) * totals.length));
  };
  const zoom = (part: Chosen) => {
    onZoom?.(
      bucketEdge(counts, Math.min(part.anchor, part.cursor)),
      bucketEdge(counts, Math.max(part.anchor, part.cursor) + 1),
    );
    setChosen(null);
    setByKeys(false);
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (!onZoom || event.button !== 0 || last < 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const index = at(event);
      setChosen({ anchor: index, cursor: index });
      setDragging(true);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (last < 0) return;
      const index = at(event);
      setByKeys(false);
      setChosen((before) =>
        dragging && before ? { ...before, cursor: index } : { anchor: index, cursor: index },
      );
    },
    onPointerUp: () => {
      setDragging(false);
      if (dragging && chosen && chosen.anchor !== chosen.cursor) zoom(chosen);
    },
    onPointerCancel: () => setDragging(false),
    onPointerLeave: () => {
      if (!dragging && !byKeys) setChosen(null);
    },
    onBlur: () => setChosen(null),
    onKeyDown: (event: KeyboardEvent) => {
      const moved = moveOf(event.key, chosen?.cursor ?? last, last);
      if (moved !== null) {
        event.preventDefault();
        const cursor = clamp(moved);
        setByKeys(true);
        setChosen((before) => ({ anchor: event.shiftKey && before ? before.anchor : cursor, cursor }));
      } else if (event.key === "Enter" && chosen && onZoom) {
        event.preventDefault();
        zoom(chosen);
      } else if (event.key === "Escape" && chosen) {
        event.stopPropagation();
        setChosen(null);
      }
    },
  };
  return { chosen, dragging, byKeys, handlers };
}

function moveOf(key: string, from: number, last: number): number | null {
  if (key === "ArrowLeft" || key === "ArrowDown") return from - 1;
  if (key === "ArrowRight" || key === "ArrowUp") return from + 1;
  if (key === "Home") return 0;
  return key === "End" ? last : null;
}
