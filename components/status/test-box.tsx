"use client";

import type { ReactNode } from "react";
import { duration } from "../time/durations.ts";
import { ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { type Check, type CheckTitles, checkLooks, detailOf, titleOf } from "./check-titles.ts";
import { Glyph } from "./glyph.tsx";

/** What the last test of a connection or destination found, line by line, with how long each took. */
export function TestBox<Name extends string>({
  report,
  running,
  titles,
  children,
}: {
  report: { at: string; ms: number; checks: readonly Check<Name>[] } | null;
  running: boolean;
  titles: CheckTitles<Name>;
  /** What can be done about it, below the lines. */
  children?: ReactNode;
}) {
  return (
    <Box
      title="Last test"
      aside={
        report && (
          <span className="num text-small text-ink-3">
            <ShortWhen at={report.at} /> · {duration(report.ms)}
          </span>
        )
      }
    >
      <div
        role="status"
        aria-busy={running}
        className={running ? "opacity-60 transition-opacity" : "transition-opacity"}
      >
        {report ? (
          <ul>
            {report.checks.map((check) => (
              <CheckRow key={check.name} check={check} titles={titles} />
            ))}
          </ul>
        ) : (
          <p className="border-t border-line-soft px-4 py-3 text-log text-ink-2">Not tested yet.</p>
        )}
      </div>
      {children && <div className="border-t border-line-soft px-4 py-3">{children}</div>}
    </Box>
  );
}

function CheckRow<Name extends string>({ check, titles }: { check: Check<Name>; titles: CheckTitles<Name> }) {
  const { status, ms, detail } = check;
  const { glyph, spoken } = checkLooks[status];
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-x-2.5 border-t border-line-soft px-4 py-[9px] text-log [--glyph-ground:var(--raised)]">
      <span className="mt-px">
        <Glyph name={glyph} />
        <span className="sr-only">{spoken}: </span>
      </span>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        {titleOf(check, titles)}
        {detail && <p className="text-small leading-[1.45] text-ink-3">{detailOf(check)}</p>}
      </div>
      <span className="num text-small text-ink-3">{ms === null ? "" : duration(ms)}</span>
    </li>
  );
}
