"use client";

import { CircleHelp, RotateCw, UserRound, Workflow, Zap } from "lucide-react";
import { memo } from "react";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import { HopTrack } from "../status/hop-track.tsx";
import { Outcome } from "../status/outcome.tsx";
import { duration } from "../time/durations.ts";
import { ClockTime } from "../time/moment.tsx";
import { clock } from "../time/zoned.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { classNames } from "../ui/class-names.ts";
import { column } from "./log-columns.ts";
import { aboutWhom, askedFor, causedBy, secondLine, took, triggerWords } from "./row-words.ts";

const triggerGlyphs = { automation: Workflow, event: Zap, person: UserRound, unknown: CircleHelp };

/** The picture of what set a delivery off, with its word for those who cannot see it. */
export function TriggerGlyph({ trigger }: { trigger: Delivery["trigger"] }) {
  const Sign = triggerGlyphs[trigger];
  return (
    <>
      <Sign size={13} strokeWidth={1.75} aria-hidden className="opacity-85" />
      <span className="sr-only">{triggerWords[trigger]}: </span>
    </>
  );
}

export type RowActs = {
  open: (id: string) => void;
  turn: (id: string, extend: boolean) => void;
  retry: (id: string) => void;
};

type LogRowProps = {
  delivery: Delivery;
  zone: string;
  href: string;
  selected: boolean;
  open: boolean;
  fresh: boolean;
  mayRetry: boolean;
  acts: RowActs;
};

const second = "block cut text-small leading-4 text-ink-3 max-sm:leading-[18px]";

/** One delivery in two lines; a card on phones. */
export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { delivery, zone, href, selected, open, fresh, mayRetry, acts } = props;
  const [who, mark] = aboutWhom(delivery);
  const said = secondLine(delivery, zone);
  const wrong = delivery.status === "failed" || delivery.status === "dead";
  const underWay = delivery.status === "queued" || delivery.status === "running";
  const hasRetry = mayRetry && (delivery.canRetry || underWay);
  return (
    <tr
      // biome-ignore lint/a11y/noRedundantRoles: drawn as a card on phones, which takes the role away
      role="row"
      data-id={delivery.id}
      data-open={open || undefined}
      aria-selected={selected}
      onClick={(event) => {
        if (event.target instanceof Element && !event.target.closest("a, button, input, label"))
          acts.open(delivery.id);
      }}
      className={classNames(
        "group/row cursor-pointer transition-colors duration-(--fast) -outline-offset-2 has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:outline-accent",
        "max-sm:mt-2 max-sm:grid max-sm:grid-cols-[44px_minmax(0,1fr)_auto] max-sm:rounded-box max-sm:border max-sm:border-line max-sm:bg-raised max-sm:py-3 max-sm:pr-3.5 max-sm:text-body max-sm:leading-5 max-sm:[grid-template-areas:'x_s_t'_'x_c_c'_'x_a_h']",
        selected || open
          ? "bg-accent-soft max-sm:border-accent max-sm:bg-accent-soft"
          : fresh
            ? "bg-[color-mix(in_oklab,var(--accent-soft)_60%,transparent)] duration-1000"
            : "sm:hover:bg-hover",
      )}
    >
      <td
        // biome-ignore lint/a11y/noRedundantRoles: as above
        role="cell"
        className={classNames(column.x.cell, open && "sm:shadow-[inset_3px_0_0_var(--accent)]")}
      >
        <label
          htmlFor={`select-${delivery.id}`}
          className="grid max-sm:-mt-3 max-sm:size-11 max-sm:place-items-center"
        >
          <span className="sr-only">
            Select {who}, {clock(delivery.receivedAt, zone)}
          </span>
          <Checkbox
            id={`select-${delivery.id}`}
            checked={selected}
            onChange={() => {}}
            onClick={(event) => acts.turn(delivery.id, event.shiftKey)}
            className="max-sm:size-5"
          />
        </label>
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.time.cell}>
        <ClockTime at={delivery.receivedAt} className="font-label max-sm:font-normal" />
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={classNames(column.outcome.cell, "relative")}>
        <Outcome status={delivery.status} />
        <span
          title={said}
          className={classNames(
            second,
            "pl-[22px]",
            hasRetry &&
              (wrong ? "sm:pr-8" : "sm:group-hover/row:pr-8 sm:group-has-[button:focus-visible]/row:pr-8"),
          )}
        >
          {said}
        </span>
        {/* It stays while the retry runs, so that the focus does. */}
        {hasRetry && (
          <button
            type="button"
            aria-disabled={underWay || undefined}
            aria-label={`Retry ${who}, ${clock(delivery.receivedAt, zone)}`}
            onClick={() => !underWay && acts.retry(delivery.id)}
            className={classNames(
              "absolute top-1/2 right-1 grid size-7 -translate-y-1/2 place-items-center rounded-control border border-transparent text-ink-2 transition-opacity hover:border-control hover:bg-raised hover:text-ink focus-visible:opacity-100 max-sm:hidden",
              underWay ? "pointer-events-none" : "group-hover/row:opacity-100",
              wrong ? "opacity-70" : "opacity-0",
            )}
          >
            <RotateCw size={14} strokeWidth={1.75} aria-hidden />
          </button>
        )}
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.contact.cell}>
        <a
          href={href}
          title={who}
          data-row-link={delivery.id}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            acts.open(delivery.id);
          }}
          className="cut block font-label outline-none!"
        >
          {who}
        </a>
        <span title={mark} className={second}>
          {mark}
        </span>
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.asked.cell}>
        <span className="cut block font-label max-sm:flex-none max-sm:font-normal">{askedFor(delivery)}</span>
        <span className="flex min-w-0 items-center gap-[5px] text-small leading-4 text-ink-3">
          <TriggerGlyph trigger={delivery.trigger} />
          <span title={causedBy(delivery)} className="cut">
            {causedBy(delivery)}
          </span>
        </span>
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.hops.cell}>
        <HopTrack status={delivery.status} hop={delivery.hop} />
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.answered.cell}>
        {delivery.ackMs === null ? "–" : duration(delivery.ackMs)}
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.took.cell}>
        {took(delivery)}
      </td>
    </tr>
  );
});
