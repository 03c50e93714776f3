"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Retention, RetentionRun } from "#lib/api/retention-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { counted } from "../time/durations.ts";
import { ClockShort, ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { amountWords } from "./retention-words.ts";
import { retentionPreviewQuery, retentionQuery, startCleanUp } from "./settings-queries.ts";

/** The last clean-ups with what they removed, and the way to have one now. */
export function CleanUpBox({ retention }: { retention: Retention }) {
  const [asking, setAsking] = useState(false);
  const blocked = useBlocked("owner");
  const [last, ...earlier] = retention.runs;
  const busy = last?.state === "queued" || last?.state === "running";
  return (
    <Box
      title="Clean-ups"
      aside={
        <Button size="small" busy={busy} blocked={blocked} onClick={() => setAsking(true)}>
          {busy ? "Cleaning up" : "Clean up now"}
        </Button>
      }
    >
      <p className="border-t border-line-soft px-4 py-3 text-small text-ink-2">
        Every night; next at <ClockShort at={retention.nextRunAt} />.
      </p>
      {last === undefined && (
        <p className="border-t border-line-soft px-4 py-3 text-small text-ink-3">There was none yet.</p>
      )}
      {last && <Run run={last} />}
      {earlier.slice(0, 4).map((run) => (
        <Run key={run.id} run={run} />
      ))}
      {asking && <CleanUpNow onClose={() => setAsking(false)} />}
    </Box>
  );
}

function Run({ run }: { run: RetentionRun }) {
  return (
    <div className="border-t border-line-soft px-4 py-3">
      <p className="flex items-baseline justify-between gap-3">
        <span className={`font-name ${run.state === "failed" ? "text-bad-ink" : ""}`}>{stateWord(run)}</span>
        <ShortWhen at={run.finishedAt ?? run.createdAt} className="text-small whitespace-nowrap text-ink-3" />
      </p>
      <p className="text-small [overflow-wrap:anywhere] text-ink-3">
        {run.days.length > 0 && `${counted(run.days.length, "whole day")} of webhooks · `}
        {run.actor === "schedule" ? "by schedule" : `by ${run.actor}`}
      </p>
      {run.state === "failed" && (
        <p className="text-small text-ink-2">
          The next clean-up goes on from there. The server log has the cause.
        </p>
      )}
    </div>
  );
}

function stateWord(run: RetentionRun): string {
  if (run.state === "queued") return "Waits for a worker";
  if (run.state === "running") return "Under way";
  const removed = amountWords(run.removed);
  if (run.state === "failed") return removed ? `Stopped after ${removed}` : "Stopped";
  return removed ?? "Nothing was over";
}

function CleanUpNow({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const preview = useQuery(retentionPreviewQuery({}));
  const starting = useMutation({
    mutationFn: startCleanUp,
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: retentionQuery().queryKey, exact: true });
    },
  });
  const goes = amountWords(preview.data?.amounts);
  return (
    <FormDialog
      title="Clean up now"
      lead="What is past its time goes for good, by the times as they are saved. What is still open stays."
      action="Clean up"
      danger
      failed="Not started."
      failure={starting.error}
      busy={starting.isPending}
      onClose={onClose}
      onSubmit={() => starting.mutate()}
    >
      <p className="text-ink-2">
        {preview.data
          ? goes
            ? `By tonight, ${goes} is past its time.`
            : "Nothing is past its time."
          : "Counting what goes."}
      </p>
    </FormDialog>
  );
}
