"use client";

import { useQuery } from "@tanstack/react-query";
import type { Connection } from "#lib/api/connection-shapes.ts";
import type { Draft } from "../connections/draft.ts";
import { Part } from "../connections/part.tsx";
import { duration } from "../time/durations.ts";
import { Box } from "../ui/box.tsx";
import { ButtonLink } from "../ui/button.tsx";
import { FailedState } from "../ui/empty-state.tsx";
import { Select } from "../ui/select.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { AuditRow } from "./audit-row.tsx";
import { reconciliationQuery } from "./reconcile-queries.ts";
import { SweepRow } from "./sweep-row.tsx";

type Props = {
  connection: Connection;
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
};

const minutes = [5, 15, 30, 60, 180, 360, 720, 1_440] as const;

/** Whether and how often the CRM is asked what changed, what the last look found, and the audit of everybody. */
export function ReconcilePart({ connection, draft, onChange }: Props) {
  const { id, kindLabel: crm } = connection;
  const isOff = draft.reconcile === "off";
  const choices = [...new Set([...minutes, draft.reconcileMinutes])].sort((a, b) => a - b);
  return (
    <Part
      id="missed"
      title="Missed webhooks"
      lead={`${crm} sends a webhook once. What got lost on the way never comes again, so Rollcall asks ${crm} what changed, and always after an outage.`}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Select
          label="When a member differs"
          items={[
            { value: "fix", label: "Put the member right" },
            { value: "report", label: "Only tell me" },
            { value: "off", label: "Do not look" },
          ]}
          value={draft.reconcile}
          onChange={(value) => onChange({ reconcile: value as Draft["reconcile"] })}
          hint={hints[draft.reconcile]}
        />
        <Select
          label="Look every"
          disabled={isOff}
          items={choices.map((value) => ({ value: String(value), label: duration(value * 60_000) }))}
          value={String(draft.reconcileMinutes)}
          onChange={(value) => onChange({ reconcileMinutes: Number(value) })}
          hint={`A look costs one call for each 100 contacts that changed, made when no webhook needs ${crm}.`}
        />
      </div>
      <Looks connectionId={id} crm={crm} />
    </Part>
  );
}

const hints: Record<Draft["reconcile"], string> = {
  fix: "Members are brought up to date. Nobody becomes a member by it, unless an unknown contact’s event would make them one.",
  report: "Differences are listed in the drift report; nothing changes before a person fixes them.",
  off: "Lost webhooks stay lost, unless you look yourself.",
};

function Looks({ connectionId, crm }: { connectionId: string; crm: string }) {
  const { data, error, refetch } = useQuery(reconciliationQuery(connectionId));
  return (
    <Box>
      {error && !data ? (
        <FailedState what="What was found" error={error} onRetry={refetch} />
      ) : !data ? (
        <SkeletonRows rows={2} label="Reading what was found" />
      ) : (
        <>
          <SweepRow connectionId={connectionId} crm={crm} state={data} />
          <AuditRow connectionId={connectionId} crm={crm} state={data} />
          <footer className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line-soft px-4 py-3 text-log">
            <span className="grow text-ink-2">
              {data.open === 0
                ? "Nothing waits for you."
                : `${data.open} ${data.open === 1 ? "difference waits" : "differences wait"} for you.`}
            </span>
            <ButtonLink size="small" href={`/connections/${connectionId}/drift`}>
              Drift report
            </ButtonLink>
          </footer>
        </>
      )}
    </Box>
  );
}
