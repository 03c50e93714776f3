"use client";

import { useState } from "react";
import type { DeliveryCounts } from "#lib/api/delivery-shapes.ts";
import { type ChartGroup, chartGroups } from "../status/outcomes.ts";
import { count, counted } from "../time/durations.ts";
import { useZone } from "../time/zone.tsx";
import { classNames } from "../ui/class-names.ts";
import { Bars } from "./histogram-bars.tsx";
import { axisLabels, begunSlice, bucketTotal, histogramScale } from "./histogram-scale.ts";
import { HistogramTable } from "./histogram-table.tsx";
import { bucketEdge, bucketSpan, useBrush } from "./use-brush.ts";

type HistogramProps = {
  counts: DeliveryCounts;
  /** Called with two moments when a person chose a part; without it the chart only shows. */
  onZoom?: (from: string, to: string) => void;
  stale?: boolean;
};

/** Deliveries over time in four groups: a legend that hides and shows, bars, a cursor, and a table with the same numbers. */
export function Histogram({ counts, onZoom, stale = false }: HistogramProps) {
  const zone = useZone();
  const [hidden, setHidden] = useState<ReadonlySet<ChartGroup>>(new Set());
  const totals = counts.buckets.map((bucket) => bucketTotal(bucket, hidden));
  const scale = histogramScale(totals, begunSlice(counts));
  const brush = useBrush(counts, totals, onZoom);
  const toggle = (group: ChartGroup) => {
    const next = new Set(hidden);
    if (!next.delete(group)) next.add(group);
    setHidden(next);
  };
  return (
    <section
      aria-label="Deliveries over time"
      className={classNames("transition-opacity", stale && "opacity-60")}
    >
      <Legend counts={counts} hidden={hidden} onToggle={toggle} />
      <div className="relative mt-5 mr-9 h-[84px] border-b border-line-strong max-sm:h-[72px]">
        {scale.ticks.map((tick) => (
          <div
            key={tick}
            className="pointer-events-none absolute inset-x-0 border-t border-dashed border-line"
            style={{ bottom: `${(tick / scale.top) * 100}%` }}
          >
            <span className="num absolute -top-2 left-[calc(100%+6px)] text-micro leading-4 text-ink-3">
              {count(tick)}
            </span>
          </div>
        ))}
        <Bars buckets={counts.buckets} totals={totals} scale={scale} hidden={hidden} />
        <Surface counts={counts} totals={totals} brush={brush} canZoom={onZoom !== undefined} zone={zone} />
      </div>
      <div
        aria-hidden
        className="num relative mr-9 h-[22px] text-micro text-ink-3 max-sm:[&>span:nth-child(even)]:hidden"
      >
        {axisLabels(bucketEdge(counts, 0), bucketEdge(counts, counts.buckets.length), zone).map((label) => (
          <span
            key={label.at}
            className="absolute top-[5px] -translate-x-1/2 whitespace-nowrap first:translate-x-0"
            style={{ left: `${label.at * 100}%` }}
          >
            {label.text}
          </span>
        ))}
      </div>
      <HistogramTable counts={counts} zone={zone} />
    </section>
  );
}

function Legend({
  counts,
  hidden,
  onToggle,
}: {
  counts: DeliveryCounts;
  hidden: ReadonlySet<ChartGroup>;
  onToggle: (group: ChartGroup) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own
    <div
      role="group"
      aria-label="Show or hide outcomes"
      className="-ml-2 flex flex-wrap items-center gap-x-1 gap-y-0.5 text-small max-sm:grid max-sm:grid-cols-2 max-sm:gap-y-0"
    >
      {chartGroups.map((group) => {
        const total = counts.buckets.reduce((sum, bucket) => sum + bucket[group.key], 0);
        return (
          <button
            key={group.key}
            type="button"
            aria-pressed={!hidden.has(group.key)}
            onClick={() => onToggle(group.key)}
            className="inline-flex h-7 items-center gap-1.5 rounded-chip px-2 whitespace-nowrap text-ink-2 hover:bg-hover aria-[pressed=false]:text-ink-3 aria-[pressed=false]:line-through aria-[pressed=false]:[&>span]:opacity-30 max-sm:h-10"
          >
            <span className={`size-2.5 flex-none rounded-[2.5px] ${group.fill}`} />
            {group.word} <b className="num font-name text-ink">{count(total)}</b>
          </button>
        );
      })}
    </div>
  );
}

type SurfaceProps = {
  counts: DeliveryCounts;
  totals: readonly number[];
  brush: ReturnType<typeof useBrush>;
  canZoom: boolean;
  zone: string;
};

/** The ground that takes pointer and keys: a slider whose value is the slice under the cursor. */
function Surface({ counts, totals, brush, canZoom, zone }: SurfaceProps) {
  const { chosen, dragging } = brush;
  const first = chosen ? Math.min(chosen.anchor, chosen.cursor) : 0;
  const last = chosen ? Math.max(chosen.anchor, chosen.cursor) : 0;
  const inside = totals.slice(first, last + 1).reduce((sum, total) => sum + total, 0);
  const span = bucketSpan(counts, first, last, zone);
  const size = counts.buckets.length;
  const words = chosen
    ? `${span}, ${counted(inside, "webhook")}`
    : `${counted(counts.total, "webhook")} in the range`;
  const wide = chosen !== null && (dragging || first !== last || brush.byKeys);
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={canZoom ? "Slice of time; Shift and arrows extend it, Enter zooms" : "Slice of time"}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, size - 1)}
      aria-valuenow={chosen?.cursor ?? Math.max(0, size - 1)}
      aria-valuetext={words}
      className={classNames("absolute inset-0 touch-pan-y select-none", canZoom && "cursor-crosshair")}
      {...brush.handlers}
    >
      {chosen && size > 0 && (
        <div
          className={classNames(
            "pointer-events-none absolute inset-y-0",
            wide
              ? "border-x-[1.5px] border-accent bg-[color-mix(in_oklab,var(--accent)_11%,transparent)]"
              : "bg-[color-mix(in_oklab,var(--ink)_6%,transparent)]",
          )}
          style={{ left: `${(first / size) * 100}%`, width: `${((last - first + 1) / size) * 100}%` }}
        >
          {dragging && (
            <>
              <span className="absolute top-1/2 -left-[4.5px] h-[22px] w-[7px] -translate-y-1/2 rounded-chip border-[1.5px] border-accent bg-raised" />
              <span className="absolute top-1/2 -right-[4.5px] h-[22px] w-[7px] -translate-y-1/2 rounded-chip border-[1.5px] border-accent bg-raised" />
            </>
          )}
          <span
            className={classNames(
              "num absolute bottom-[calc(100%+3px)] z-3 rounded-chip px-[7px] text-micro leading-[18px] font-medium whitespace-nowrap",
              first > size / 2 ? "-right-[1.5px]" : "-left-[1.5px]",
              wide ? "bg-accent text-accent-on" : "bg-ink text-canvas",
            )}
          >
            {span} · {count(inside)}
            {wide && canZoom && (dragging ? " · release to zoom" : " · Enter zooms")}
          </span>
        </div>
      )}
    </div>
  );
}
