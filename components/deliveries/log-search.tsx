"use client";

import type { Ref } from "react";
import { SearchField } from "../ui/search-field.tsx";
import { ExportMenu, exportAddress } from "./export-menu.tsx";
import { chipsOf, suggestFor } from "./filter-chips.ts";
import { FilterPopover } from "./filter-popover.tsx";
import { useNamesLoaded } from "./log-data.ts";
import { type FilterName, type NamedIds, noFilter, parseSearch } from "./log-filter.ts";
import { apiQuery, resolveRange } from "./log-query.ts";
import type { LogState } from "./use-log-state.ts";

type LogSearchProps = {
  log: LogState;
  names: NamedIds;
  inputRef: Ref<HTMLInputElement>;
  filterOpen: boolean;
  onFilterOpen: (open: boolean) => void;
};

/** The one field with its chips, the filter beside it, and the export of what they hold. */
export function LogSearch({ log, names, inputRef, filterOpen, onFilterOpen }: LogSearchProps) {
  const loaded = useNamesLoaded(names);
  const submit = async (text: string): Promise<string | null> => {
    const known = parseSearch(text, names);
    // A name that nobody knows yet may still be on its way.
    const parsed = known.ok ? known : parseSearch(text, await loaded().catch(() => names));
    if (!parsed.ok) return parsed.error;
    log.setFilter(parsed.filter);
    return null;
  };
  const isName = (id: string): id is FilterName => Object.hasOwn(noFilter, id);
  return (
    <div className="mt-2 flex items-start gap-2">
      <SearchField
        label="Search webhooks"
        placeholder="Search, or status:failed"
        chips={chipsOf(log.filter, names)}
        onRemove={(id) => isName(id) && log.setFilter({ [id]: null })}
        onSubmit={submit}
        suggest={(text) => suggestFor(text, names)}
        inputRef={inputRef}
      />
      <FilterPopover
        open={filterOpen}
        onOpenChange={onFilterOpen}
        filter={log.filter}
        names={names}
        onChange={log.setFilter}
      />
      <ExportMenu
        onExport={(format) =>
          window.location.assign(
            exportAddress(apiQuery(log.filter, resolveRange(log.range, log.anchorMs)), format),
          )
        }
      />
    </div>
  );
}
