"use client";

import { useEffect, useRef } from "react";
import { isTyping, useShortcutsOn } from "../shell/shortcuts.tsx";

export type LogKeys = {
  /** Moves to the next or the previous row. */
  step: (by: 1 | -1) => void;
  select: (extend: boolean) => void;
  retry: () => void;
  search: () => void;
  filter: () => void;
  live: () => void;
  escape: () => void;
};

/** Single keys of the log: j k x r l f and /, and Escape. They rest while a person types or a dialog is open. */
export function useLogKeys(keys: LogKeys): void {
  const on = useShortcutsOn();
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event) || document.querySelector("[role=dialog][data-open]"))
        return;
      const does = actionOf(event, latest.current, on);
      if (!does) return;
      event.preventDefault();
      does();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [on]);
}

function actionOf(event: KeyboardEvent, keys: LogKeys, singleKeys: boolean): (() => void) | null {
  if (event.key === "Escape") return keys.escape;
  if (!singleKeys) return null;
  switch (event.key) {
    case "j":
      return () => keys.step(1);
    case "k":
      return () => keys.step(-1);
    case "x":
    case "X":
      return () => keys.select(event.shiftKey);
    case "r":
      return keys.retry;
    case "l":
      return keys.live;
    case "f":
      return keys.filter;
    case "/":
      return keys.search;
    default:
      return null;
  }
}
