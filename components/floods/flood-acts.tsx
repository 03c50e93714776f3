"use client";

import { Ellipsis } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Flood } from "#lib/api/flood-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { useNow } from "../time/now.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { FloodDialog } from "./flood-dialog.tsx";
import type { FloodChoice } from "./flood-queries.ts";
import { isCollecting, isDone } from "./flood-words.ts";

/**
 * What a person can decide about a flood. Hold and Release are one button that changes its word, so that focus stays
 * on it; dropping is in the menu.
 */
export function FloodActs({ flood, children }: { flood: Flood; children?: ReactNode }) {
  const [asked, setAsked] = useState<FloodChoice | null>(null);
  const now = useNow();
  const blocked = useBlocked("operator");
  const collecting = isCollecting(flood, now);
  const open = flood.closedAt === null && flood.state !== "dropped" && !isDone(flood);
  const ask = (choice: FloodChoice, word: string) => (
    <Button size="small" blocked={blocked} onClick={() => setAsked(choice)}>
      {word}
    </Button>
  );
  return (
    <div className="flex gap-1.5 max-sm:mt-3 max-sm:[&>a]:flex-1 max-sm:[&>button:not([aria-haspopup])]:flex-1">
      {open && (flood.state === "held" ? ask("release", "Release all") : ask("hold", "Hold all"))}
      {open && collecting && ask("release", "Start now")}
      {children}
      {open && (
        <Menu
          trigger={
            <button
              type="button"
              aria-label={`More for the ${flood.kind}`}
              className={buttonClass({ size: "small", icon: true })}
            >
              <Ellipsis size={15} strokeWidth={1.75} aria-hidden />
            </button>
          }
        >
          <MenuItem danger disabled={blocked !== null} onSelect={() => setAsked("drop")}>
            Drop what has not run
          </MenuItem>
        </Menu>
      )}
      {asked && <FloodDialog flood={flood} choice={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}
