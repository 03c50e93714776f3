"use client";

import { Fragment } from "react";
import type { Flood } from "#lib/api/flood-shapes.ts";
import { FloodRow } from "../floods/flood-row.tsx";
import { useNow } from "../time/now.tsx";
import { toggleUtc, useZone } from "../time/zone.tsx";
import { dayOf, dayTitle, zoneName } from "../time/zoned.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { classNames } from "../ui/class-names.ts";
import { column, columns } from "./log-columns.ts";
import type { LogEntry } from "./log-entries.ts";
import { LogRow, type RowActs } from "./log-row.tsx";
import type { Selection } from "./use-selection.ts";

type LogTableProps = {
  entries: readonly LogEntry[];
  openId: string | null;
  freshAfter: string | null;
  selection: Selection;
  hrefOf: (id: string) => string;
  floodHref: (flood: Flood) => string;
  onFlood: (flood: Flood) => void;
  mayRetry: boolean;
  acts: RowActs;
  stale: boolean;
};

/** The log: newest first, grouped by day of the shown zone. It stays a table to assistive technology on phones too. */
export function LogTable(props: LogTableProps) {
  const { entries, selection, stale } = props;
  const zone = useZone();
  const selectable = entries.filter((entry) => "delivery" in entry);
  const chosen = selectable.filter(({ id }) => selection.chosen.has(id)).length;
  return (
    <table
      // biome-ignore lint/a11y/noRedundantRoles: drawn as cards on phones, which takes the role away
      role="table"
      aria-label="Deliveries, newest first"
      className={classNames(
        "mt-1 table-fixed text-log leading-[17px] transition-opacity max-sm:block",
        stale && "opacity-60",
      )}
    >
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <thead role="rowgroup" className="max-sm:sr-only">
        {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
        <tr role="row">
          {columns.map((one) => (
            <th
              key={one.word}
              // biome-ignore lint/a11y/noRedundantRoles: as above
              role="columnheader"
              scope="col"
              className={classNames(
                one.head,
                "sticky top-0 z-2 bg-surface text-small text-ink-3 shadow-[inset_0_-1px_0_var(--line)]",
              )}
            >
              {one === column.x ? (
                <Checkbox
                  aria-label="Select all rows shown"
                  checked={chosen > 0 && chosen === selectable.length}
                  mixed={chosen > 0 && chosen < selectable.length}
                  onChange={(on) => selection.turnAll(on)}
                  className="align-middle"
                />
              ) : (
                one.word
              )}
            </th>
          ))}
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <tbody role="rowgroup" className="max-sm:block">
        {entries.map((entry, index) => {
          const before = entries[index - 1];
          const { id } = entry;
          return (
            <Fragment key={id}>
              {(!before || dayOf(before.at, zone) !== dayOf(entry.at, zone)) && (
                <DayRow at={entry.at} zone={zone} />
              )}
              {"flood" in entry ? (
                <FloodRow
                  flood={entry.flood}
                  href={props.floodHref(entry.flood)}
                  onOpen={() => props.onFlood(entry.flood)}
                />
              ) : (
                <LogRow
                  delivery={entry.delivery}
                  zone={zone}
                  href={props.hrefOf(id)}
                  selected={selection.allMatching || selection.chosen.has(id)}
                  open={props.openId === id}
                  fresh={props.freshAfter !== null && id > props.freshAfter}
                  mayRetry={props.mayRetry}
                  acts={props.acts}
                />
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

function DayRow({ at, zone }: { at: string; zone: string }) {
  const now = useNow();
  const { name, date } = dayTitle(at, now, zone);
  return (
    // biome-ignore lint/a11y/noRedundantRoles: as above
    <tr role="row" className="max-sm:block">
      <td
        // biome-ignore lint/a11y/noRedundantRoles: as above
        role="cell"
        colSpan={columns.length - 2}
        className="h-8 border-b border-line px-[11px] pt-2.5 pb-1 text-small text-ink-3 max-sm:block max-sm:h-auto max-sm:border-0 max-sm:px-0.5 max-sm:pt-[18px] max-sm:pb-0"
      >
        <b className="font-[540] text-ink">{name}</b> · {date} ·{" "}
        <button
          type="button"
          onClick={toggleUtc}
          title={zone === "UTC" ? "Show times in your own zone" : "Show times in UTC"}
          className="tap rounded-chip hover:text-ink hover:underline"
        >
          {zone === "UTC" ? "UTC" : `your time (${zoneName(zone, at)})`}
        </button>
      </td>
      {/* The last two columns give way to the panel; a wider span would keep their room. */}
      {[column.answered, column.took].map((one) => (
        <td
          key={one.word}
          // biome-ignore lint/a11y/noRedundantRoles: as above
          role="cell"
          className={classNames(one.cell, "h-8! border-line!")}
        />
      ))}
    </tr>
  );
}
