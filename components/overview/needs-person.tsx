"use client";

import { useState } from "react";
import type { Overview } from "#lib/api/overview-shapes.ts";
import { BulkRetry } from "../deliveries/bulk-retry.tsx";
import type { RetryFilter } from "../deliveries/retry-data.ts";
import { Link } from "../navigation/navigation.tsx";
import { queryString } from "../query/api.ts";
import { useBlocked } from "../shell/person.tsx";
import { Glyph } from "../status/glyph.tsx";
import { count, counted } from "../time/durations.ts";
import { ClockTime, ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button, ButtonLink, buttonClass } from "../ui/button.tsx";

type Cause = Overview["needsPerson"][number];

/** Everything that waits for a person, one entry a cause, with the one action that helps; then what heals by itself. */
export function NeedsPerson({ overview }: { overview: Overview }) {
  const { needsPerson, healing } = overview;
  const [retry, setRetry] = useState<RetryFilter | null>(null);
  const webhooks = needsPerson.reduce((sum, cause) => sum + cause.count, 0);
  return (
    <Box
      title={
        <span id="person" className="flex items-baseline gap-3">
          Needs a person
          {needsPerson.length > 0 && (
            <span className="font-normal text-small text-ink-3">
              {counted(needsPerson.length, "cause")}, {counted(webhooks, "webhook")}
            </span>
          )}
        </span>
      }
    >
      {needsPerson.length === 0 && (
        <p className="border-t border-line px-4 py-4 text-ink-2">
          Nothing does. What fails on the way retries by itself and appears here only when that does not help.
        </p>
      )}
      <ul>
        {needsPerson.map((cause) => (
          <CauseRow
            key={`${cause.status}${cause.reason}${cause.detail}${cause.connectionId}${cause.destination?.id}${cause.keyName}`}
            cause={cause}
            onRetry={() => setRetry(filterOf(cause))}
          />
        ))}
      </ul>
      {healing.count > 0 && (
        <p className="flex gap-3 border-t border-line px-4 pt-[13px] pb-3.5 text-fine text-ink-2">
          <Glyph name="failed" className="mt-0.5 [--glyph-ground:var(--raised)]" />
          <span>
            {count(healing.count)} more failed on the way and {healing.count === 1 ? "retries" : "retry"} by{" "}
            {healing.count === 1 ? "itself" : "themselves"}
            {healing.nextRetryAt && (
              <>
                , next at <ClockTime at={healing.nextRetryAt} />
              </>
            )}
            . Nothing to do.{" "}
            <Link href="/webhooks?status=failed,partly_synced&next=planned&range=30d" className="link">
              Show them
            </Link>
          </span>
        </p>
      )}
      <BulkRetry filter={retry} what="of this kind" onClose={() => setRetry(null)} />
    </Box>
  );
}

/** The log's filter of one cause; its age decides how far back the log must look. */
function filterOf(cause: Cause): Record<string, string> {
  return {
    status: cause.status,
    reason: cause.reason,
    ...(cause.status === "partly_synced" ? { next: "none" } : {}),
    ...(cause.connectionId ? { connection: cause.connectionId } : {}),
  };
}

function CauseRow({ cause, onRetry }: { cause: Cause; onRetry: () => void }) {
  const blocked = useBlocked("operator");
  const range = cause.status === "dead" || cause.status === "partly_synced" ? { range: "30d" } : {};
  const show =
    cause.count === 1
      ? `/webhooks${queryString({ ...range, open: cause.sampleId })}`
      : `/webhooks${queryString({ ...filterOf(cause), ...range })}`;
  const act = actionOf(cause);
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 border-t border-line p-4 [--glyph-ground:var(--raised)]">
      <Glyph name={cause.status} className="mt-0.5" />
      <div className="min-w-0">
        <h3 className="text-[14px] leading-[1.4] font-[540] [overflow-wrap:anywhere]">
          {cause.title.replace(/\.$/, "")}
        </h3>
        <p className="mt-[3px] text-fine leading-normal text-ink-2 [overflow-wrap:anywhere]">
          {cause.remedy}{" "}
          <span className="inline-block text-small text-ink-3">
            {counted(cause.count, "webhook")}, {cause.count === 1 ? "at" : "last"}{" "}
            <ShortWhen at={cause.lastAt} />
            {cause.remoteAddress && `, from ${cause.remoteAddress}`}
            {cause.keyName && `, with key “${cause.keyName}”`}
          </span>
        </p>
        <div className="mt-[11px] flex flex-wrap gap-2">
          {act.kind === "retry" ? (
            <Button size="small" blocked={blocked} onClick={onRetry} className="max-sm:flex-auto">
              {cause.count === 1 ? "Retry" : `Retry all ${count(cause.count)}`}
            </Button>
          ) : act.kind === "crm" ? (
            <a
              href={act.href}
              target="_blank"
              rel="noreferrer"
              className={`${buttonClass({ size: "small" })} max-sm:flex-auto`}
            >
              Open contact
              <span className="sr-only">, in the CRM, in a new tab</span>
            </a>
          ) : (
            <ButtonLink size="small" href={act.href} className="max-sm:flex-auto">
              {act.word}
            </ButtonLink>
          )}
          <ButtonLink size="small" tone="quiet" href={show} className="max-sm:flex-auto">
            {cause.count === 1 ? "Show it" : `Show ${count(cause.count)}`}
          </ButtonLink>
        </div>
      </div>
    </li>
  );
}

type Action = { kind: "retry" } | { kind: "crm"; href: string } | { kind: "go"; word: string; href: string };

const onTheConnection = new Set([
  "crm_token_refused",
  "crm_not_json",
  "crm_address_blocked",
  "crm_bad_request",
  "crm_unreachable",
]);

/** The one action that helps: mend the contact, the key or the connection, or run them again once it is mended. */
function actionOf(cause: Cause): Action {
  if (cause.destination)
    return { kind: "go", word: "Open destination", href: `/destinations/${cause.destination.id}` };
  if (cause.contactUrl) return { kind: "crm", href: cause.contactUrl };
  if (cause.reason === "no_such_key")
    return { kind: "go", word: "Bring this key along", href: "/access-keys?existing" };
  if (cause.status === "rejected") return { kind: "go", word: "Open access keys", href: "/access-keys" };
  if (cause.status === "unreadable")
    return {
      kind: "go",
      word: "See what was sent",
      href: `/webhooks${queryString({ open: cause.sampleId, tab: "request" })}`,
    };
  if (cause.connectionId && onTheConnection.has(cause.reason))
    return { kind: "go", word: "Open connection", href: `/connections/${cause.connectionId}` };
  return { kind: "retry" };
}
