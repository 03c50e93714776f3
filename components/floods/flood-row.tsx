"use client";

import { Waves } from "lucide-react";
import type { Flood } from "#lib/api/flood-shapes.ts";
import { column } from "../deliveries/log-columns.ts";
import { Glyph } from "../status/glyph.tsx";
import { count, counted, duration } from "../time/durations.ts";
import { ClockTime } from "../time/moment.tsx";
import { useNow } from "../time/now.tsx";
import { classNames } from "../ui/class-names.ts";
import { FloodMeter } from "./flood-block.tsx";
import { floodGlyph, stateWord, toGo } from "./flood-words.ts";

const second = "block cut text-small leading-4 text-ink-3 max-sm:leading-[18px]";

/** A whole flood as one row of the log, where it began; it opens to its deliveries. */
export function FloodRow({ flood, href, onOpen }: { flood: Flood; href: string; onOpen: () => void }) {
  const now = useNow();
  const left = toGo(flood);
  const kind = flood.kind === "flood" ? "Flood" : "Batch";
  return (
    <tr
      // biome-ignore lint/a11y/noRedundantRoles: drawn as a card on phones, which takes the role away
      role="row"
      data-id={flood.id}
      onClick={(event) => {
        if (event.target instanceof Element && !event.target.closest("a")) onOpen();
      }}
      className="cursor-pointer transition-colors duration-(--fast) -outline-offset-2 has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:outline-accent max-sm:mt-2 max-sm:grid max-sm:grid-cols-[44px_minmax(0,1fr)_auto] max-sm:rounded-box max-sm:border max-sm:border-line max-sm:bg-raised max-sm:py-3 max-sm:pr-3.5 max-sm:text-body max-sm:leading-5 max-sm:[grid-template-areas:'x_s_t'_'x_c_c'_'x_a_h'] sm:hover:bg-hover"
    >
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={classNames(column.x.cell, "text-ink-3")}>
        <Waves size={16} strokeWidth={1.75} aria-hidden className="max-sm:mx-auto" />
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.time.cell}>
        <ClockTime at={flood.openedAt} className="font-label max-sm:font-normal" />
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.outcome.cell}>
        <span className="flex min-w-0 items-center gap-1.5 font-medium">
          <Glyph name={floodGlyph(flood)} />
          <span className={classNames("truncate", flood.state === "held" ? "text-wait-ink" : "text-ink")}>
            {stateWord(flood, now)}
          </span>
        </span>
        <span className={classNames(second, "pl-[22px]")}>
          {left > 0
            ? `${count(left)} to go`
            : flood.counts.failed > 0
              ? `${count(flood.counts.failed)} failed`
              : "nothing left"}
        </span>
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.contact.cell}>
        <a
          href={href}
          data-row-link={flood.id}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            onOpen();
          }}
          className="cut block font-label outline-none!"
        >
          {kind} of {counted(flood.deliveries, "webhook")}
        </a>
        <span className={second}>{counted(flood.contacts, "contact")}</span>
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.asked.cell}>
        <span className="cut block font-label max-sm:hidden">
          {flood.kind === "flood" ? "Many at once" : "Later, together"}
        </span>
        <span className="cut block text-small leading-4 text-ink-3">
          {flood.connectionName ?? "removed connection"}
        </span>
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.hops.cell}>
        <FloodMeter flood={flood} className="w-[78px]" />
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.answered.cell} />
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <td role="cell" className={column.took.cell}>
        {flood.closedAt ? duration(Date.parse(flood.closedAt) - Date.parse(flood.openedAt)) : "…"}
      </td>
    </tr>
  );
}
