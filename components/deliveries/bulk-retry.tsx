"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Retries } from "#lib/api/delivery-shapes.ts";
import { count, counted } from "../time/durations.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useAnnounce } from "../ui/live.tsx";
import { Meter } from "../ui/meter.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { showFailure } from "../ui/toast.tsx";
import { useTypedNumber } from "../ui/typed-number.tsx";
import {
  abortRetries,
  type RetryFilter,
  startRetries,
  useRetryPlan,
  useRetryProgress,
} from "./retry-data.ts";

/** Runs many webhooks again: first how many it would be, then how far it is, then what became of them. */
export function BulkRetry({
  filter,
  what,
  onClose,
}: {
  /** Null while closed. */
  filter: RetryFilter | null;
  /** "in this view", "you selected" */
  what: string;
  onClose: () => void;
}) {
  const [runId, setRunId] = useState<string | null>(null);
  const close = () => {
    setRunId(null);
    onClose();
  };
  if (filter === null) return null;
  return runId === null ? (
    <Plan filter={filter} what={what} onStart={setRunId} onClose={close} />
  ) : (
    <Progress id={runId} onClose={close} />
  );
}

type PlanProps = { filter: RetryFilter; what: string; onStart: (id: string) => void; onClose: () => void };

function Plan({ filter, what, onStart, onClose }: PlanProps) {
  const plan = useRetryPlan(filter);
  const start = useMutation({
    mutationFn: () => startRetries(filter),
    onSuccess: (run) => run.id && onStart(run.id),
    onError: (error) => showFailure("The retry could not be started", error.message),
  });
  const total = plan.data?.total ?? 0;
  const typed = useTypedNumber(total);
  const title = plan.isPending
    ? "Counting what can run again"
    : total === 0
      ? "Nothing here can run again"
      : `Retry ${counted(total, "webhook")}`;
  return (
    <Dialog
      open
      width="narrow"
      onOpenChange={(open) => !open && onClose()}
      title={title}
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>{total === 0 && !plan.isPending ? "Close" : "Cancel"}</Button>
          {total > 0 && (
            <Button
              tone="primary"
              busy={start.isPending}
              blocked={typed.blocked}
              onClick={() => start.mutate()}
            >
              Retry {count(total)}
            </Button>
          )}
        </>
      }
    >
      {plan.isPending && <Skeleton className="mt-3 w-64" />}
      {plan.error && <p className="mt-1.5 text-bad-ink">{plan.error.message}</p>}
      {plan.data && total === 0 && (
        <p className="mt-1.5 text-ink-2">
          Rejected and unreadable webhooks name no contact that their key may touch. Mend the automation; its
          next call goes through.
        </p>
      )}
      {total > 0 && (
        <p className="mt-1.5 text-ink-2">
          Of those {what}, {counted(total, "webhook")} can run again. Each contact is read anew from its CRM
          at the pace the CRM allows; a contact with several webhooks runs once. What is right already stays
          as it is.
        </p>
      )}
      {typed.field && <div className="mt-4">{typed.field}</div>}
    </Dialog>
  );
}

function Progress({ id, onClose }: { id: string; onClose: () => void }) {
  const client = useQueryClient();
  const announce = useAnnounce();
  const progress = useRetryProgress(id);
  const abort = useMutation({
    mutationFn: () => abortRetries(id),
    onSuccess: (run) => client.setQueryData(["retries", "progress", id], run),
    onError: (error) => showFailure("The retry could not be stopped", error.message),
  });
  const run = progress.data;
  const ended = run?.state === "done" || run?.state === "aborted";
  useEffect(() => {
    if (!ended || !run) return;
    announce(summary(run));
    void client.invalidateQueries({ queryKey: ["deliveries"] });
    void client.invalidateQueries({ queryKey: ["overview"] });
  }, [ended, run, announce, client]);
  return (
    <Dialog
      open
      width="narrow"
      onOpenChange={(open) => !open && onClose()}
      title={
        !run ? "Starting" : ended ? (run.state === "done" ? "Retry finished" : "Retry stopped") : "Retrying"
      }
      footer={
        <>
          <span className="grow text-small text-ink-3">{!ended && "Closing leaves it running."}</span>
          {run && !ended && (
            <Button danger busy={abort.isPending} onClick={() => abort.mutate()}>
              Stop the rest
            </Button>
          )}
          <Button tone={ended ? "primary" : "plain"} onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {progress.error && <p className="mt-1.5 text-bad-ink">{progress.error.message}</p>}
      {run && <Figures run={run} />}
    </Dialog>
  );
}

/** "228 done, 2 failed again." */
const summary = (run: Retries): string =>
  [
    `${count(run.done)} of ${count(run.total)} done`,
    run.failed > 0 ? `${count(run.failed)} failed again` : null,
    run.waiting > 0 ? `${count(run.waiting)} ${run.state === "aborted" ? "not started" : "left"}` : null,
  ]
    .filter(Boolean)
    .join(", ");

function Figures({ run }: { run: Retries }) {
  const whole = Math.max(1, run.total);
  return (
    <>
      <Meter
        className="mt-4"
        label={summary(run)}
        parts={[
          { share: run.done / whole, tone: "ok" },
          { share: run.failed / whole, tone: "wait" },
        ]}
      />
      <dl className="num mt-3 flex gap-8">
        {(
          [
            ["Done", run.done],
            ["Failed again", run.failed],
            [run.state === "aborted" ? "Not started" : "Left", run.waiting],
          ] as const
        ).map(([word, value]) => (
          <div key={word}>
            <dt className="text-small text-ink-3">{word}</dt>
            <dd className="text-figure font-name tracking-[-0.02em]">{count(value)}</dd>
          </div>
        ))}
      </dl>
      {run.state === "done" && (
        <p className="mt-2 text-ink-2">
          {run.failed === 0
            ? "All of them went through."
            : "Those that failed again say why in the log; they try again by themselves where that can help."}
        </p>
      )}
      {run.state === "aborted" && (
        <p className="mt-2 text-ink-2">What had started has finished; the others are as they were.</p>
      )}
    </>
  );
}
