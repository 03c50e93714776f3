"use client";

import { useRef, useState } from "react";

/** Chosen rows by id; `allMatching` means everything the filter holds, loaded or not; `onCount` hears how many. */
export function useSelection(ids: readonly string[], onCount: (count: number) => void) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [allMatching, setAllMatching] = useState(false);
  const last = useRef<string | null>(null);

  const choose = (next: ReadonlySet<string>) => {
    setChosen(next);
    onCount(next.size);
  };
  const clear = () => {
    choose(new Set());
    setAllMatching(false);
    last.current = null;
  };
  /** Turns one row; with `extend`, everything between it and the last turned one gets the same. */
  const turn = (id: string, extend: boolean) => {
    const on = !chosen.has(id);
    const next = new Set(chosen);
    const from = extend && last.current ? ids.indexOf(last.current) : -1;
    const to = ids.indexOf(id);
    const range = from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
    for (const one of range) {
      if (on) next.add(one);
      else next.delete(one);
    }
    last.current = id;
    setAllMatching(false);
    choose(next);
  };
  const turnAll = (on: boolean) => {
    setAllMatching(false);
    choose(on ? new Set(ids) : new Set());
  };
  return { chosen, allMatching, clear, turn, turnAll, chooseAllMatching: () => setAllMatching(true) };
}

export type Selection = ReturnType<typeof useSelection>;
