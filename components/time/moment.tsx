"use client";
import { fromNow } from "./durations.ts";
import { useNow } from "./now.tsx";
import { useZone } from "./zone.tsx";
import { clock, clockShort, fullWhen, shortWhen } from "./zoned.ts";

type Props = { at: string; className?: string };

/** 14:36:58, with the full date and zone on hover. */
export function ClockTime({ at, className = "" }: Props) {
  const zone = useZone();
  return (
    <time dateTime={at} title={fullWhen(at, zone)} className={`tabular-nums ${className}`}>
      {clock(at, zone)}
    </time>
  );
}

/** 14:47, with the full date and zone on hover. */
export function ClockShort({ at, className = "" }: Props) {
  const zone = useZone();
  return (
    <time dateTime={at} title={fullWhen(at, zone)} className={`tabular-nums ${className}`}>
      {clockShort(at, zone)}
    </time>
  );
}

/** 12 s ago, counting on; the exact moment on hover. */
export function Ago({ at, className = "" }: Props) {
  const zone = useZone();
  const now = useNow();
  return (
    <time dateTime={at} title={fullWhen(at, zone)} className={`tabular-nums ${className}`}>
      {fromNow(at, now)}
    </time>
  );
}

/** "next try in 4 min"; "next try soon" where its moment has come. */
export function NextTry({ at }: Props) {
  const now = useNow();
  if (Date.parse(at) <= now) return "next try soon";
  return (
    <>
      next try <Ago at={at} />
    </>
  );
}

/** The shortest exact form: 14:36:58 today, Thu 09:12, 12 Nov. */
export function ShortWhen({ at, className = "" }: Props) {
  const zone = useZone();
  const now = useNow();
  return (
    <time dateTime={at} title={fullWhen(at, zone)} className={`tabular-nums ${className}`}>
      {shortWhen(at, now, zone)}
    </time>
  );
}
