"use client";

import type { Flood } from "#lib/api/flood-shapes.ts";
import { Link } from "../navigation/navigation.tsx";
import { Glyph } from "../status/glyph.tsx";
import { count } from "../time/durations.ts";
import { useNow } from "../time/now.tsx";
import { useZone } from "../time/zone.tsx";
import { buttonClass } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Meter } from "../ui/meter.tsx";
import { FloodActs } from "./flood-acts.tsx";
import {
  decisionWords,
  endWords,
  floodGlyph,
  floodLead,
  floodTitle,
  floodTrouble,
  isDone,
  paceWords,
  progressWords,
  startWords,
} from "./flood-words.ts";

const calm = "border-line bg-raised [--glyph-ground:var(--raised)]";
const waiting =
  "border-wait-line bg-[color-mix(in_oklab,var(--wait-soft)_42%,var(--surface))] [--glyph-ground:var(--surface)]";

/** A flood above the log: how far it is, at which pace and whose that is, when it ends, and what can be decided. */
export function FloodBlock({
  flood,
  open,
}: {
  flood: Flood;
  /** Where its own deliveries are shown, or the way back from them. */
  open: { word: string; href: string; onGo: () => void };
}) {
  const now = useNow();
  const zone = useZone();
  const ended = flood.closedAt !== null || isDone(flood);
  const trouble = floodTrouble(flood, now, zone);
  const decision = decisionWords(flood, now, zone);
  return (
    <section
      id={`flood-${flood.id}`}
      tabIndex={-1}
      aria-label={flood.kind === "flood" ? "Flood" : "Batch"}
      className={classNames(
        "mt-3 grid grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-x-2.5 gap-y-0.5 rounded-box border py-[13px] pr-3 pl-[17px] max-sm:grid-cols-[16px_minmax(0,1fr)] max-sm:p-3.5",
        ended ? calm : waiting,
      )}
    >
      <Glyph name={floodGlyph(flood)} className="mt-px self-start" />
      <h2 className="text-[13.5px] leading-normal font-[540] [overflow-wrap:anywhere]">
        {floodTitle(flood, now)}
      </h2>
      <div className="row-span-2 max-sm:order-last max-sm:col-span-full">
        <FloodActs flood={flood}>
          <Link
            href={open.href}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              open.onGo();
            }}
            className={buttonClass({ size: "small" })}
          >
            {open.word}
          </Link>
        </FloodActs>
      </div>
      <p className="col-start-2 text-small text-ink-2">{floodLead(flood, now, zone)}</p>
      {trouble && <p className="col-start-2 text-small text-bad-ink">{trouble}</p>}
      {decision && <p className="col-start-2 text-small [overflow-wrap:anywhere] text-ink-2">{decision}</p>}
      <FloodMeter flood={flood} className="col-[2/-1] mt-2 max-sm:col-span-full" />
      <div className="num col-[2/-1] mt-[5px] flex justify-between gap-3 text-small text-ink-2 max-sm:col-span-full max-sm:flex-col max-sm:gap-0">
        <span>{progressWords(flood)}</span>
        <span className="text-right max-sm:text-left">{rightWords(flood, now, zone)}</span>
      </div>
    </section>
  );
}

function rightWords(flood: Flood, now: number, zone: string): string {
  const end = endWords(flood, now, zone);
  if (flood.closedAt !== null || flood.state === "dropped" || isDone(flood)) return end ?? "";
  if (flood.state === "held") return "held until someone releases it";
  return [startWords(flood, now, zone) ?? paceWords(flood), end].filter(Boolean).join(" · ");
}

/** How much of a flood has run, failed and waits, as one bar. */
export function FloodMeter({ flood, className }: { flood: Flood; className?: string }) {
  const { counts, deliveries } = flood;
  const whole = Math.max(1, deliveries);
  return (
    <Meter
      className={className}
      label={`${count(counts.done)} of ${count(deliveries)} done`}
      parts={[
        { share: counts.done / whole, tone: "ok" },
        { share: counts.failed / whole, tone: "bad" },
        { share: counts.running / whole, tone: "go" },
        { share: (counts.waiting + counts.held) / whole, tone: "wait" },
      ]}
    />
  );
}
