"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Fixes } from "#lib/api/reconcile-shapes.ts";
import { count, counted } from "../time/durations.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useAnnounce } from "../ui/live.tsx";
import { Meter } from "../ui/meter.tsx";
import { showFailure } from "../ui/toast.tsx";
import { useTypedNumber } from "../ui/typed-number.tsx";
import { abortFixes, createFixes, fixesQuery } from "./reconcile-queries.ts";

type Props = { connectionId: string; crm: string; total: number; onClose: () => void };

/** Puts all differences right: first what it would do, then how far it is, then what became of them. */
export function FixAll({ connectionId, crm, total, onClose }: Props) {
  const [planned] = useState(total);
  const [run, setRun] = useState<Fixes | null>(null);
  const typed = useTypedNumber(planned);
  const start = useMutation({
    mutationFn: () => createFixes({ connectionId }),
    onSuccess: setRun,
    onError: (error) => showFailure("The fix could not be started", error.message),
  });
  if (run) return <Progress first={run} onClose={onClose} />;
  return (
    <Dialog
      open
      width="narrow"
      onOpenChange={(open) => !open && onClose()}
      title={`Fix ${counted(planned, "member")}`}
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="primary"
            busy={start.isPending}
            blocked={typed.blocked}
            onClick={() => start.mutate()}
          >
            Fix {count(planned)}
          </Button>
        </>
      }
    >
      <p className="mt-1.5 text-ink-2">
        Each contact is read again from {crm}, behind the webhooks that wait, and the member gets what it says
        then: e-mail, name, role, tags and fields. Contacts that are gone are left out.
      </p>
      {typed.field && <div className="mt-4">{typed.field}</div>}
    </Dialog>
  );
}

/** "228 of 230 fixed, 2 failed" */
const summary = (run: Fixes): string =>
  [
    `${count(run.done)} of ${count(run.total)} fixed`,
    run.failed > 0 && `${count(run.failed)} failed`,
    run.waiting > 0 && `${count(run.waiting)} left`,
  ]
    .filter(Boolean)
    .join(", ");

function Progress({ first, onClose }: { first: Fixes; onClose: () => void }) {
  const client = useQueryClient();
  const announce = useAnnounce();
  const { data: run = first, error } = useQuery({ ...fixesQuery(first.id), initialData: first });
  const ended = run.state !== "running";
  const stop = useMutation({
    mutationFn: () => abortFixes(first.id),
    onSuccess: (next) => client.setQueryData(fixesQuery(first.id).queryKey, next),
    onError: (failure) => showFailure("The fix could not be stopped", failure.message),
  });
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["drifts", first.connectionId] });
    if (ended) announce(summary(run));
  }, [ended, run, announce, client, first.connectionId]);
  const whole = Math.max(1, run.total);
  return (
    <Dialog
      open
      width="narrow"
      onOpenChange={(open) => !open && onClose()}
      title={ended ? (run.state === "aborted" ? "Fix stopped" : "Fix finished") : "Fixing"}
      footer={
        <>
          <span className="grow text-small text-ink-3">{!ended && "Closing leaves it running."}</span>
          {!ended && (
            <Button danger busy={stop.isPending} onClick={() => stop.mutate()}>
              Stop the rest
            </Button>
          )}
          <Button tone={ended ? "primary" : "plain"} onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {error && <p className="mt-1.5 text-bad-ink">{error.message}</p>}
      <Meter
        className="mt-4"
        label={summary(run)}
        parts={[
          { share: run.done / whole, tone: "ok" },
          { share: run.failed / whole, tone: "bad" },
        ]}
      />
      <p className="num mt-3 text-ink-2">
        {summary(run)}.{ended && run.failed > 0 && " Those that failed say why in the report."}
        {run.state === "aborted" && " The others are as they were."}
      </p>
    </Dialog>
  );
}
