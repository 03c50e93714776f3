"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Audit, Reconciliation } from "#lib/api/reconcile-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { count, counted } from "../time/durations.ts";
import { Ago } from "../time/moment.tsx";
import { Button } from "../ui/button.tsx";
import { Meter } from "../ui/meter.tsx";
import { showFailure } from "../ui/toast.tsx";
import { LookRow } from "./look-row.tsx";
import { abortAudit, reconciliationQuery, startAudit } from "./reconcile-queries.ts";
import { auditTold } from "./reconcile-words.ts";

type Props = { connectionId: string; crm: string; state: Reconciliation };

/** The audit of all members: what it is for, how far it is, what it found. */
export function AuditRow({ connectionId, crm, state }: Props) {
  const { audit, members } = state;
  const client = useQueryClient();
  const { queryKey } = reconciliationQuery(connectionId);
  const keep = (next: Audit) =>
    client.setQueryData<Reconciliation>(queryKey, (before) => before && { ...before, audit: next });
  const starting = useMutation({
    mutationFn: () => startAudit(connectionId),
    onSuccess: keep,
    onError: (error) => showFailure("The audit could not be started", error.message),
  });
  const stopping = useMutation({
    mutationFn: (id: string) => abortAudit(id),
    onSuccess: keep,
    onError: (error) => showFailure("The audit could not be stopped", error.message),
  });
  const blocked = useBlocked("operator");
  const nobody = members === 0 ? "No member is linked to a contact of this connection yet" : null;
  const running = audit?.state === "running" ? audit : null;
  const told = audit
    ? auditTold(audit, crm, state.open > 0)
    : { glyph: "off" as const, title: "All members: not audited yet" };
  return (
    <LookRow
      glyph={told.glyph}
      title={told.title}
      action={
        running ? (
          <Button
            size="small"
            busy={stopping.isPending}
            blocked={blocked}
            onClick={() => stopping.mutate(running.id)}
          >
            Stop the audit
          </Button>
        ) : (
          <Button
            size="small"
            busy={starting.isPending}
            blocked={blocked ?? nobody}
            onClick={() => starting.mutate()}
          >
            Audit all members
          </Button>
        )
      }
    >
      {running && <Progress audit={running} />}
      {audit && !running && (
        <p>
          Audit of {counted(audit.checked, "member")}, <Ago at={audit.finishedAt ?? audit.startedAt} />. It
          changed nothing.
        </p>
      )}
      {!audit && (
        <p>
          Reads the contact of every member again, also where {crm} says that nothing changed, and lists what
          differs.
        </p>
      )}
      {audit?.why && (
        <p className="text-wait-ink">
          {audit.why}{" "}
          {audit.nextTryAt && (
            <>
              The next try is <Ago at={audit.nextTryAt} />.
            </>
          )}
        </p>
      )}
    </LookRow>
  );
}

function Progress({ audit }: { audit: Audit }) {
  const { checked, total, drifted, gone } = audit;
  const found = drifted + gone > 0 ? `, ${counted(drifted + gone, "difference")} so far` : "";
  const label = `${count(checked)} of ${counted(total, "member")} read${found}`;
  return (
    <>
      <p className="num">{label}. You can leave this page.</p>
      <Meter
        className="mt-2 max-w-105"
        label={label}
        parts={[{ share: checked / Math.max(1, total), tone: "go" }]}
      />
    </>
  );
}
