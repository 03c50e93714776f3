"use client";

import type { DeliveryCounts } from "#lib/api/delivery-shapes.ts";
import { count } from "../time/durations.ts";
import { classNames } from "../ui/class-names.ts";
import type { LogFilter } from "./log-filter.ts";
import { filterOfView, isView, logViews, viewCount } from "./log-views.ts";

type Outcomes = Pick<LogFilter, "status" | "next">;

const tones = { plain: "text-ink-3", wait: "text-wait-ink", bad: "text-bad-ink" };

/** The built-in views with what each holds now; links, so that they open in a tab of their own too. */
export function LogViews({
  chosen,
  counts,
  hrefOf,
  onChoose,
}: {
  chosen: Outcomes;
  counts: DeliveryCounts | undefined;
  hrefOf: (outcomes: Outcomes) => string;
  onChoose: (outcomes: Outcomes) => void;
}) {
  return (
    <nav
      aria-label="Views"
      className="mt-4 -ml-[9px] flex gap-0.5 overflow-x-auto [scrollbar-width:none] max-sm:-mx-4 max-sm:px-[9px]"
    >
      {logViews.map((view) => {
        const held = counts ? viewCount(view, counts) : null;
        return (
          <a
            key={view.name}
            href={hrefOf(filterOfView(view))}
            aria-current={isView(view, chosen) ? "page" : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              onChoose(filterOfView(view));
            }}
            className="inline-flex h-8 items-center gap-1.5 rounded-control px-[9px] text-fine whitespace-nowrap text-ink-2 -outline-offset-2 hover:bg-hover hover:text-ink aria-[current]:bg-fill aria-[current]:font-[540] aria-[current]:text-ink max-sm:h-11 max-sm:px-[11px] max-sm:text-[15px]"
          >
            {view.name}
            {held !== null && (
              <span
                className={classNames(
                  "num font-label text-small",
                  held > 0 ? tones[view.tone] : "text-ink-3",
                )}
              >
                {count(held)}
              </span>
            )}
          </a>
        );
      })}
    </nav>
  );
}
