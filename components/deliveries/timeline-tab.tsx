"use client";

import type { DeliveryDetail } from "#lib/api/delivery-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import { hopName } from "../status/hop-places.ts";
import { duration } from "../time/durations.ts";
import { useNow } from "../time/now.tsx";
import { useZone } from "../time/zone.tsx";
import { classNames } from "../ui/class-names.ts";
import { Note } from "../ui/note.tsx";
import { crmMayBlame } from "./panel-words.ts";
import { doorFall, type FallRow, type Waterfall, workerFall } from "./timeline-rows.ts";

/** Two clocks: what the CRM waited for, and what came after. They never share a scale. */
export function TimelineTab({ delivery }: { delivery: DeliveryDetail }) {
  const now = useNow();
  const zone = useZone();
  const caller = delivery.trigger === "person" ? "the person" : (delivery.kindLabel ?? "the CRM");
  const worker = workerFall(delivery, now, zone);
  const refused = delivery.status === "rejected" || delivery.status === "unreadable";
  return (
    <>
      {crmMayBlame(delivery) && delivery.ackMs !== null && (
        <Note tone="go" className="mb-4">
          <b>{delivery.kindLabel ?? "The CRM"} may show this one as failed.</b> It gives up after 5 s; we
          answered in {duration(delivery.ackMs)} with 200, so the webhook itself arrived. What failed came
          later, at the {hopName(delivery.hop)} hop below.
        </Note>
      )}
      <Fall name="At the door" when={`while ${caller} waited`} fall={doorFall(delivery)} />
      {refused ? (
        <p className="text-log text-ink-3">It went no further, so there is nothing in the worker.</p>
      ) : (
        <Fall name="In the worker" when="after the answer" fall={worker} />
      )}
    </>
  );
}

function Fall({ name, when, fall }: { name: string; when: string; fall: Waterfall }) {
  return (
    <section aria-label={`${name}, ${when}`} className="mb-4">
      <div className="mt-1 mb-0.5 flex items-baseline gap-2 text-log">
        <b>{name}</b>
        <span className="text-ink-3">{when}</span>
        <span className="num ml-auto text-micro text-ink-3">{fall.scale}</span>
      </div>
      <ol>
        {fall.rows.map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </ol>
    </section>
  );
}

const bars = {
  done: "bg-[color-mix(in_oklab,var(--ink-3)_70%,var(--raised))]",
  bad: "bg-bad-fill",
  next: "border-[1.5px] border-dashed border-accent",
  off: "",
};

function Row({ row }: { row: FallRow }) {
  const off = row.tone === "off";
  return (
    <li
      className={classNames(
        "relative grid min-h-[34px] grid-cols-[20px_minmax(0,1fr)_124px_56px] items-center gap-x-2 text-log max-sm:min-h-10 max-sm:grid-cols-[20px_minmax(0,1fr)_60px]",
        "before:absolute before:inset-y-0 before:left-[9.25px] before:w-[1.5px] first:before:top-1/2 last:before:bottom-1/2",
        off
          ? "before:bg-[repeating-linear-gradient(var(--line-strong)_0_2px,transparent_2px_5px)] before:opacity-70"
          : "before:bg-line",
      )}
    >
      <span className="relative z-1 justify-self-center rounded-full bg-raised [--glyph-ground:var(--raised)]">
        <Glyph name={row.glyph} size={15} />
      </span>
      <div className={classNames("min-w-0 py-1 leading-[17px]", off && "text-ink-3")}>
        <b className={classNames("font-medium", row.tone === "bad" && "text-bad-ink")}>{row.title}</b>
        {row.detail && (
          <span className="block text-small leading-[15px] text-ink-3 [overflow-wrap:anywhere]">
            {row.detail}
          </span>
        )}
      </div>
      <div
        aria-hidden
        className="relative h-2.5 rounded-[2px] bg-[linear-gradient(var(--line-soft),var(--line-soft))] bg-[size:100%_1px] bg-center bg-no-repeat max-sm:hidden"
      >
        {row.bar && (
          <i
            className={classNames("absolute inset-y-0 min-w-[3px] rounded-[2px]", bars[row.tone])}
            style={{
              left: `${Math.min(0.98, Math.max(0, row.bar.left)) * 100}%`,
              width: `${Math.min(1 - Math.min(0.98, row.bar.left), row.bar.width) * 100}%`,
            }}
          />
        )}
      </div>
      <span
        className={classNames(
          "num text-right text-small whitespace-nowrap",
          row.tone === "bad" ? "text-bad-ink" : "text-ink-2",
        )}
      >
        {row.ms}
      </span>
    </li>
  );
}
