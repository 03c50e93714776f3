"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import type { Reconciliation, Sweep } from "#lib/api/reconcile-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { counted } from "../time/durations.ts";
import { Ago } from "../time/moment.tsx";
import { Button } from "../ui/button.tsx";
import { showFailure } from "../ui/toast.tsx";
import { LookRow } from "./look-row.tsx";
import { reconciliationQuery, startSweep } from "./reconcile-queries.ts";
import { causeWords, sweepTold } from "./reconcile-words.ts";

type Props = { connectionId: string; crm: string; state: Reconciliation };

/** The last sweep: when, why, how many contacts, what became of them, and when the next one is. */
export function SweepRow({ connectionId, crm, state }: Props) {
  const client = useQueryClient();
  const { sweep, requested } = state;
  const isRunning = requested || sweep?.state === "running";
  const starting = useMutation({
    mutationFn: () => startSweep(connectionId),
    onSuccess: (next) => client.setQueryData(reconciliationQuery(connectionId).queryKey, next),
    onError: (error) => showFailure("The sweep could not be started", error.message),
  });
  const told = requested
    ? { glyph: "queued" as const, title: "A sweep is about to begin" }
    : sweep
      ? sweepTold(sweep, crm)
      : { glyph: "off" as const, title: "Not looked yet" };
  return (
    <LookRow
      first
      glyph={told.glyph}
      title={told.title}
      action={
        <Button
          size="small"
          busy={starting.isPending || isRunning}
          blocked={useBlocked("operator")}
          glyph={<RefreshCw size={14} strokeWidth={1.75} aria-hidden />}
          onClick={() => starting.mutate()}
        >
          Sweep now
        </Button>
      }
    >
      {sweep && <Facts sweep={sweep} crm={crm} />}
      {state.nextAt && !isRunning && (
        <p>
          The next look is <Ago at={state.nextAt} />.
        </p>
      )}
      {!sweep && !state.nextAt && <p>Looking is off. A sweep that you start only tells what differs.</p>}
    </LookRow>
  );
}

function Facts({ sweep, crm }: { sweep: Sweep; crm: string }) {
  const { listed, asked, drifted, fixed, fixes, startedAt, cause, why, nextTryAt } = sweep;
  return (
    <>
      <p className="num">
        <Ago at={startedAt} />, {causeWords[cause]}: {counted(listed, "contact")} changed in {crm}
        {listed > 0 && `, ${asked} of them members’`}
        {drifted > 0 && `, ${drifted} differed`}
        {drifted > 0 && (fixes || fixed > 0) && `, ${fixed} put right`}.
      </p>
      {why && (
        <p className="text-wait-ink">
          {why}{" "}
          {nextTryAt && (
            <>
              The next try is <Ago at={nextTryAt} />.
            </>
          )}
        </p>
      )}
    </>
  );
}
