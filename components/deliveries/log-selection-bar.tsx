"use client";

import { RotateCw } from "lucide-react";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import { count } from "../time/durations.ts";
import { KeyHint } from "../ui/key-hint.tsx";
import { SelectionAction, SelectionBar } from "../ui/selection-bar.tsx";
import { type ExportFormat, ExportMenu, exportAddress } from "./export-menu.tsx";
import { rowsToText, saveFile } from "./row-file.ts";
import type { Selection } from "./use-selection.ts";

const fileTypes = { csv: "text/csv", ndjson: "application/x-ndjson" };

/** What can be done with the chosen webhooks; offers everything that matches once all shown ones are chosen. */
export function LogSelectionBar({
  rows,
  selection,
  total,
  query,
  blocked,
  onRetry,
}: {
  rows: readonly Delivery[];
  selection: Selection;
  total: number;
  query: Record<string, string>;
  blocked: string | null;
  onRetry: () => void;
}) {
  const size = selection.allMatching ? total : selection.chosen.size;
  const exportChosen = (format: ExportFormat) => {
    if (selection.allMatching) return window.location.assign(exportAddress(query, format));
    const chosen = rows.filter((row) => selection.chosen.has(row.id));
    saveFile(`webhooks.${format}`, fileTypes[format], rowsToText(chosen, format));
  };
  return (
    <SelectionBar
      what={
        <>
          <b>{count(size)}</b> selected
        </>
      }
      offer={
        !selection.allMatching && total > size && selection.chosen.size >= rows.length ? (
          <SelectionAction underlined onClick={selection.chooseAllMatching}>
            Select all {count(total)} matching
          </SelectionAction>
        ) : undefined
      }
      onClear={selection.clear}
    >
      <SelectionAction
        first
        onClick={onRetry}
        disabled={blocked !== null}
        title={blocked ?? undefined}
        aria-keyshortcuts="r"
      >
        <RotateCw size={14} strokeWidth={1.75} aria-hidden />
        Retry
        <KeyHint keys="r" />
      </SelectionAction>
      <ExportMenu side="top" onExport={exportChosen} trigger={<SelectionAction>Export</SelectionAction>} />
    </SelectionBar>
  );
}
