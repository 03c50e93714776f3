"use client";

import { ChevronDown, Clock } from "lucide-react";
import { useState } from "react";
import { useNow } from "../time/now.tsx";
import { useZone } from "../time/zone.tsx";
import { fullWhen, shortWhen } from "../time/zoned.ts";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Popover } from "../ui/popover.tsx";
import { TextField } from "../ui/text-field.tsx";
import { type LogRange, ranges, resolveRange } from "./log-query.ts";

/** Which stretch of time: one that ends now, or two moments in the browser's own zone. */
export function RangePicker({ range, onChange }: { range: LogRange; onChange: (range: LogRange) => void }) {
  const [open, setOpen] = useState(false);
  const zone = useZone();
  const now = useNow();
  const fixed = range.from && range.to ? { from: range.from, to: range.to } : null;
  const word = fixed
    ? `${dayAndClock(fixed.from, now, zone)} – ${dayAndClock(fixed.to, now, zone)}`
    : ranges.find((one) => one.value === range.range)?.word;
  const choose = (next: LogRange) => {
    setOpen(false);
    onChange(next);
  };
  return (
    <Popover
      label="Range"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button
          className="num max-sm:w-full"
          title={fixed ? `${fullWhen(fixed.from, zone)} to ${fullWhen(fixed.to, zone)}` : undefined}
          glyph={<Clock size={15} strokeWidth={1.75} aria-hidden />}
        >
          {word}
          <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
        </Button>
      }
    >
      <div className="w-64 max-w-full">
        <ul className="grid grid-cols-2 gap-1">
          {ranges.map((one) => (
            <li key={one.value}>
              <button
                type="button"
                aria-pressed={!fixed && one.value === range.range}
                onClick={() => choose({ range: one.value, from: null, to: null })}
                className={classNames(
                  "h-8 w-full rounded-control px-2.5 text-left whitespace-nowrap hover:bg-hover max-sm:h-11",
                  "aria-pressed:bg-fill aria-pressed:font-name",
                )}
              >
                {one.word}
              </button>
            </li>
          ))}
        </ul>
        <CustomRange range={range} onChange={choose} />
      </div>
    </Popover>
  );
}

const dayAndClock = (at: string, now: number, zone: string) => {
  const short = shortWhen(at, now, zone);
  return short.includes(":") && short.length > 8 ? short : short.replace(/^(\d\d:\d\d):\d\d$/, "$1");
};

/** The value a datetime-local input holds for a moment, in the browser's zone. */
function localInput(at: string): string {
  const moment = new Date(at);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function CustomRange({ range, onChange }: { range: LogRange; onChange: (range: LogRange) => void }) {
  // The popover is drawn when it opens, so that a moving range offers where it stands then.
  const [start] = useState(() => resolveRange(range, Date.now()));
  const [from, setFrom] = useState(localInput(start.from));
  const [to, setTo] = useState(localInput(start.to ?? new Date().toISOString()));
  const ordered = from !== "" && to !== "" && new Date(from) < new Date(to);
  const error = from !== "" && to !== "" && !ordered ? "The end must lie after the beginning." : null;
  return (
    <form
      className="mt-3 grid gap-2.5 border-t border-line pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (ordered)
          onChange({
            range: range.range,
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
          });
      }}
    >
      <TextField
        label="From"
        type="datetime-local"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
      />
      <TextField
        label="To"
        type="datetime-local"
        value={to}
        error={error}
        hint="In the time zone of this browser"
        onChange={(event) => setTo(event.target.value)}
      />
      <Button type="submit" blocked={ordered ? null : "Give both a beginning and a later end"}>
        Show this range
      </Button>
    </form>
  );
}
