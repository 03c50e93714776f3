"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import type { Drift } from "#lib/api/reconcile-shapes.ts";
import { MemberDiff } from "../changes/member-diff.tsx";
import { Link } from "../navigation/navigation.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Glyph } from "../status/glyph.tsx";
import { ShortWhen } from "../time/moment.tsx";
import { Button } from "../ui/button.tsx";
import { useAnnounce } from "../ui/live.tsx";
import { showFailure } from "../ui/toast.tsx";
import { createFixes, dismissDrift, isWorking } from "./reconcile-queries.ts";
import { driftTitle, stateOf } from "./reconcile-words.ts";

/** One difference: whose it is, what a fix would change, and the two things a person can do. */
export function DriftRow({ drift, crm }: { drift: Drift; crm: string }) {
  const { glyph, word } = stateOf(drift);
  const title = driftTitle(drift, crm);
  return (
    <li className="grid grid-cols-[minmax(0,250px)_minmax(0,1fr)_auto] items-start gap-x-6 gap-y-3 border-t border-line-soft px-4 py-4 text-fine [--glyph-ground:var(--raised)] first:border-t-0 max-lg:grid-cols-[minmax(0,1fr)_auto] max-sm:grid-cols-1">
      <Who drift={drift} crm={crm} />
      <div className="min-w-0 max-lg:col-span-2 max-lg:row-start-2 max-sm:col-span-1 max-sm:row-start-auto">
        {title && <h3 className="mb-1.5 text-fine font-[520]">{title}</h3>}
        {drift.changes && <MemberDiff changes={drift.changes} />}
        {drift.kind === "gone" && (
          <p className="text-log text-ink-2">
            The member keeps what was last synced. No sync can change that.
          </p>
        )}
        {drift.kind === "moved" && (
          <p className="text-log text-ink-2">A fix links the member to it and copies what it says.</p>
        )}
        {drift.why && (drift.kind === "differs" || drift.state === "failed") && (
          <p className="mt-1 text-log text-bad-ink">{drift.why}</p>
        )}
      </div>
      <div className="grid justify-items-end gap-2 max-sm:justify-items-stretch">
        <span className="inline-flex items-center gap-1.5 text-small text-ink-2">
          <Glyph name={glyph} size={14} />
          {word}
        </span>
        <Acts drift={drift} />
      </div>
    </li>
  );
}

function Who({ drift, crm }: { drift: Drift; crm: string }) {
  const { memberId, memberName, email, contactId, contactUrl, foundAt, foundBy } = drift;
  return (
    <div className="min-w-0">
      {memberId ? (
        <Link href={`/members/${memberId}`} className="link font-name [overflow-wrap:anywhere]">
          {memberName ?? email}
        </Link>
      ) : (
        <b className="font-name [overflow-wrap:anywhere]">{email}</b>
      )}
      {memberName && <p className="text-small text-ink-2 [overflow-wrap:anywhere]">{email}</p>}
      <p className="num mt-0.5 text-small text-ink-3">
        {contactUrl ? (
          <a
            href={contactUrl}
            target="_blank"
            rel="noreferrer"
            className="link inline-flex items-center gap-1"
          >
            Contact {contactId}
            <ExternalLink size={12} strokeWidth={1.75} aria-label={`opens in ${crm}`} />
          </a>
        ) : (
          `Contact ${contactId}`
        )}{" "}
        · {foundBy} <ShortWhen at={foundAt} />
      </p>
    </div>
  );
}

function Acts({ drift }: { drift: Drift }) {
  const client = useQueryClient();
  const announce = useAnnounce();
  const blocked = useBlocked("operator");
  const again = () => {
    void client.invalidateQueries({ queryKey: ["drifts", drift.connectionId] });
    void client.invalidateQueries({ queryKey: ["reconciliation", drift.connectionId] });
  };
  const fix = useMutation({
    mutationFn: () => createFixes({ connectionId: drift.connectionId, driftIds: [drift.id] }),
    onSuccess: () => announce(`The fix of ${drift.email} has started.`),
    onError: (error) => showFailure("The fix could not be started", error.message),
    onSettled: again,
  });
  const dismiss = useMutation({
    mutationFn: () => dismissDrift(drift.id),
    onSuccess: () => announce("Dismissed."),
    onError: (error) => showFailure("It could not be dismissed", error.message),
    onSettled: again,
  });
  const isOpen = drift.state === "open" || drift.state === "failed";
  if (!isOpen && !isWorking(drift)) return null;
  return (
    <div className="flex justify-end gap-2 max-sm:grid max-sm:auto-cols-fr max-sm:grid-flow-col">
      {isOpen && (
        <Button size="small" busy={dismiss.isPending} blocked={blocked} onClick={() => dismiss.mutate()}>
          Dismiss
        </Button>
      )}
      {drift.fixable && (
        <Button
          size="small"
          busy={fix.isPending || isWorking(drift)}
          blocked={blocked}
          onClick={() => fix.mutate()}
        >
          {drift.state === "failed" ? "Try again" : "Fix"}
        </Button>
      )}
    </div>
  );
}
