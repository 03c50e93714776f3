"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { counted } from "../time/durations.ts";
import { BulkPlan, BulkProgress, type BulkWords } from "../ui/bulk-dialogs.tsx";
import { showFailure } from "../ui/toast.tsx";
import {
  abortRetries,
  type RetryFilter,
  startRetries,
  useRetryPlan,
  useRetryProgress,
} from "./retry-data.ts";

const words: BulkWords = {
  running: "Retrying",
  done: "Retry finished",
  aborted: "Retry stopped",
  failed: "Failed again",
  whereWhy: "Those that failed again say why in the log; they try again by themselves where that can help.",
};

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
  const title = plan.isPending
    ? "Counting what can run again"
    : plan.error
      ? "It could not be counted"
      : total === 0
        ? "Nothing here can run again"
        : `Retry ${counted(total, "webhook")}`;
  return (
    <BulkPlan
      title={title}
      act="Retry"
      total={total}
      counting={plan.isPending}
      error={plan.error}
      starting={start.isPending}
      onStart={() => start.mutate()}
      onClose={onClose}
    >
      {plan.data &&
        (total === 0
          ? "Rejected and unreadable webhooks name no contact that their key may touch. Mend the automation; its next call goes through."
          : `Of those ${what}, ${counted(total, "webhook")} can run again. Each contact is read anew from its CRM at the pace the CRM allows; a contact with several webhooks runs once. What is right already stays as it is.`)}
    </BulkPlan>
  );
}

function Progress({ id, onClose }: { id: string; onClose: () => void }) {
  const client = useQueryClient();
  const { data, error } = useRetryProgress(id);
  const abort = useMutation({
    mutationFn: () => abortRetries(id),
    onSuccess: (run) => client.setQueryData(["retries", "progress", id], run),
    onError: (failure) => showFailure("The retry could not be stopped", failure.message),
  });
  return (
    <BulkProgress
      run={data}
      words={words}
      error={error}
      stopping={abort.isPending}
      onStop={() => abort.mutate()}
      onEnd={() => {
        void client.invalidateQueries({ queryKey: ["deliveries"] });
        void client.invalidateQueries({ queryKey: ["overview"] });
      }}
      onClose={onClose}
    />
  );
}
