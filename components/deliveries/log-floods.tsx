"use client";

import type { Flood } from "#lib/api/flood-shapes.ts";
import { FloodBlock } from "../floods/flood-block.tsx";
import { isDone } from "../floods/flood-words.ts";
import type { Floods } from "../floods/use-floods.ts";
import { useNow } from "../time/now.tsx";
import { foldsFloods } from "./log-filter.ts";
import { rangeSince } from "./log-query.ts";
import type { LogState } from "./use-log-state.ts";

/** The way into a flood's own deliveries: an address of their own, with a range that reaches back to its start. */
export function floodLinks(log: LogState) {
  const inside = (flood: Flood) => ({
    flood: flood.id,
    range: rangeSince(flood.openedAt, log.anchorMs, log.range.range),
    from: null,
    to: null,
    open: null,
  });
  return {
    href: (flood: Flood) => log.hrefTo(inside(flood)),
    visit: (flood: Flood) => log.visit(inside(flood)),
    /** Goes there from the flood's row, which is gone then: the block above the log has the focus. */
    enter: (flood: Flood) => {
      log.visit(inside(flood));
      window.scrollTo({ top: 0 });
      requestAnimationFrame(() =>
        requestAnimationFrame(() =>
          document.getElementById(`flood-${flood.id}`)?.focus({ preventScroll: true }),
        ),
      );
    },
  };
}

const keptAfterEndMs = 10 * 60_000;

/** Whether it has work left, or was worked off a moment ago; one that may still be joined ended when the last one came. */
function isRecent(flood: Flood, nowMs: number): boolean {
  const endedAt = flood.closedAt ?? (isDone(flood) ? flood.lastAt : null);
  return endedAt === null || nowMs - Date.parse(endedAt) < keptAfterEndMs;
}

/**
 * The floods with work left and those that ended within the last ten minutes, each with the way into it; none where
 * the log is narrowed to something else. Inside one, that one with the way back.
 */
export function LogFloods({ log, floods }: { log: LogState; floods: Floods }) {
  const now = useNow();
  const links = floodLinks(log);
  const inside = log.filter.flood !== null;
  const recent = floods.all.filter((flood) => isRecent(flood, now));
  const shown = inside
    ? [floods.opened].filter((one) => one !== null)
    : foldsFloods(log.filter)
      ? recent
      : [];
  return shown.map((flood) => (
    <FloodBlock
      key={flood.id}
      flood={flood}
      open={
        inside
          ? {
              word: "All webhooks",
              href: log.hrefTo({ flood: null, open: null }),
              onGo: () => log.visit({ flood: null, open: null }),
            }
          : { word: "Open", href: links.href(flood), onGo: () => links.visit(flood) }
      }
    />
  ));
}
