"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Fixes } from "#lib/api/reconcile-shapes.ts";
import { counted } from "../time/durations.ts";
import { BulkPlan, BulkProgress, type BulkWords } from "../ui/bulk-dialogs.tsx";
import { showFailure } from "../ui/toast.tsx";
import { abortFixes, createFixes, fixesQuery } from "./reconcile-queries.ts";

const words: BulkWords = {
  running: "Fixing",
  done: "Fix finished",
  aborted: "Fix stopped",
  failed: "Failed",
  whereWhy: "Those that failed say why in the report.",
};

type Props = { connectionId: string; crm: string; total: number; onClose: () => void };

/** Puts all differences right: first what it would do, then how far it is, then what became of them. */
export function FixAll({ connectionId, crm, total, onClose }: Props) {
  const [planned] = useState(total);
  const [run, setRun] = useState<Fixes | null>(null);
  const start = useMutation({
    mutationFn: () => createFixes({ connectionId }),
    onSuccess: setRun,
    onError: (error) => showFailure("The fix could not be started", error.message),
  });
  if (run) return <Progress first={run} onClose={onClose} />;
  return (
    <BulkPlan
      title={`Fix ${counted(planned, "member")}`}
      act="Fix"
      total={planned}
      starting={start.isPending}
      onStart={() => start.mutate()}
      onClose={onClose}
    >
      Each contact is read again from {crm}, behind the webhooks that wait, and the member gets what it says
      then: e-mail, name, role, tags and fields. Contacts that are gone are left out.
    </BulkPlan>
  );
}

function Progress({ first, onClose }: { first: Fixes; onClose: () => void }) {
  const client = useQueryClient();
  const { data: run = first, error } = useQuery({ ...fixesQuery(first.id), initialData: first });
  const stop = useMutation({
    mutationFn: () => abortFixes(first.id),
    onSuccess: (next) => client.setQueryData(fixesQuery(first.id).queryKey, next),
    onError: (failure) => showFailure("The fix could not be stopped", failure.message),
  });
  const refresh = () => client.invalidateQueries({ queryKey: ["drifts", first.connectionId] });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the report behind the dialog follows each step
  useEffect(() => {
    void refresh();
  }, [run.done, run.failed]);
  return (
    <BulkProgress
      run={run}
      words={words}
      error={error}
      stopping={stop.isPending}
      onStop={() => stop.mutate()}
      onEnd={refresh}
      onClose={onClose}
    />
  );
}
