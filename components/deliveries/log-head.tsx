"use client";

import { type LiveState, LiveSwitch } from "../ui/live.tsx";
import type { LogRange } from "./log-query.ts";
import { RangePicker } from "./range-picker.tsx";

/** The title of the log, whether it is live, and the range it covers. */
export function LogHead({
  live,
  onLive,
  range,
  onRange,
}: {
  live: LiveState;
  onLive: (on: boolean) => void;
  range: LogRange;
  onRange: (range: LogRange) => void;
}) {
  return (
    <header className="mb-4 flex min-h-9 flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="grow text-title tracking-[-0.018em]">Webhooks</h1>
      <LiveSwitch state={live} onChange={onLive} />
      <RangePicker range={range} onChange={onRange} />
    </header>
  );
}
