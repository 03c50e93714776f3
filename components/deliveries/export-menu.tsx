"use client";

import { Download } from "lucide-react";
import type { ReactElement } from "react";
import { queryString } from "../query/api.ts";
import { Button } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";

export type ExportFormat = "csv" | "ndjson";

/** Where the browser fetches everything a filter holds as a file. */
export const exportAddress = (query: Record<string, string>, format: ExportFormat): string =>
  `/api/v1/deliveries/export${queryString({ ...query, format })}`;

/** CSV for people, NDJSON for programs. */
export function ExportMenu({
  onExport,
  trigger,
  side = "bottom",
}: {
  onExport: (format: ExportFormat) => void;
  trigger?: ReactElement<Record<string, unknown>>;
  side?: "bottom" | "top";
}) {
  return (
    <Menu
      side={side}
      trigger={
        trigger ?? (
          <Button
            iconOnly
            aria-label="Export what the filter holds"
            className="h-[38px]! w-[38px]! max-sm:h-[46px]! max-sm:w-[46px]!"
            glyph={<Download size={16} strokeWidth={1.75} aria-hidden />}
          />
        )
      }
    >
      <MenuItem onSelect={() => onExport("csv")}>CSV, for a spreadsheet</MenuItem>
      <MenuItem onSelect={() => onExport("ndjson")}>NDJSON, one object a line</MenuItem>
    </Menu>
  );
}
