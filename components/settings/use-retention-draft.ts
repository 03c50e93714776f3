import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Retention, RetentionKind } from "#lib/api/retention-shapes.ts";
import { type Rules, readDays, rulesOf } from "./retention-words.ts";
import { retentionPreviewQuery, retentionQuery, saveRules } from "./settings-queries.ts";

type Typed = Partial<Record<RetentionKind, string>>;

/** The times as they are typed, what would go tonight with them, and the way to save or undo them. */
export function useRetentionDraft(retention: Retention) {
  const queries = useQueryClient();
  const [typed, setTyped] = useState<Typed>({});
  const saved = rulesOf(retention);
  const { changed, wrong } = changesOf(typed, saved);
  const preview = useQuery(retentionPreviewQuery({ ...saved, ...useSettled(changed) }));
  const saving = useMutation({
    mutationFn: () => saveRules(changed),
    onSuccess: (answer) => {
      queries.setQueryData(retentionQuery().queryKey, answer);
      setTyped({});
    },
  });
  return {
    typed,
    type: (kind: RetentionKind, text: string) => setTyped({ ...typed, [kind]: text }),
    dirty: Object.keys(changed).length > 0 || wrong,
    wrong,
    preview,
    saving,
    undo: () => {
      saving.reset();
      setTyped({});
    },
  };
}

export type RetentionDraft = ReturnType<typeof useRetentionDraft>;

function changesOf(typed: Typed, saved: Partial<Rules>): { changed: Partial<Rules>; wrong: boolean } {
  const changed: Partial<Rules> = {};
  let wrong = false;
  for (const kind of Object.keys(saved) as RetentionKind[]) {
    const text = typed[kind];
    if (text === undefined) continue;
    const read = readDays(text);
    if (read === null) wrong = true;
    else if (read.days !== saved[kind]) changed[kind] = read.days;
  }
  return { changed, wrong };
}

/** The value once it has been the same for half a second, so that not every key typed is counted for. */
function useSettled<T>(value: T): T {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(setSettled, 500, text);
    return () => clearTimeout(timer);
  }, [text]);
  return JSON.parse(settled);
}
