"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Connection } from "#lib/api/connection-shapes.ts";
import { Link } from "../navigation/navigation.tsx";
import { PageHead } from "../shell/page.tsx";
import { useBlocked } from "../shell/person.tsx";
import { count, counted } from "../time/durations.ts";
import { Box } from "../ui/box.tsx";
import { Button, ButtonLink } from "../ui/button.tsx";
import { EmptyState, FailedState } from "../ui/empty-state.tsx";
import { Segments } from "../ui/segments.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { DriftRow } from "./drift-row.tsx";
import { FixAll } from "./fix-all.tsx";
import { type DriftView, driftsQuery } from "./reconcile-queries.ts";

const views: readonly { value: DriftView; label: string }[] = [
  { value: "unsettled", label: "To settle" },
  { value: "settled", label: "Settled" },
];

/** Every member that says something else than its contact: what differs, and what puts it right. */
export function DriftPage({ connection }: { connection: Pick<Connection, "id" | "name" | "kindLabel"> }) {
  const { id, name, kindLabel: crm } = connection;
  const [view, setView] = useState<DriftView>("unsettled");
  const [fixing, setFixing] = useState(false);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    driftsQuery(id, view),
  );
  const items = data?.pages.flatMap((page) => page.items);
  const fixable = data?.pages[0]?.fixable ?? 0;
  const open = data?.pages[0]?.open ?? 0;
  const blocked = useBlocked("operator");
  return (
    <>
      <nav aria-label="Up" className="mb-1.5 text-small text-ink-3 max-sm:-mt-2.5 max-sm:mb-0">
        <Up href="/connections">Connections</Up> / <Up href={`/connections/${id}`}>{name}</Up> / Drift report
      </nav>
      <PageHead
        title="Drift report"
        lead={`Members that say something else than their contacts in ${crm}. A fix reads the contact again and copies what it says then.`}
        actions={
          fixable > 0 && (
            <Button tone="primary" blocked={blocked} onClick={() => setFixing(true)}>
              Fix all {count(fixable)}
            </Button>
          )
        }
      />
      <div className="mt-5 flex flex-wrap items-center gap-3">
        <Segments label="Show" value={view} onChange={setView} items={views} />
        {open > 0 && view === "unsettled" && (
          <span className="num text-small text-ink-3">
            {counted(open, "difference waits", "differences wait")} for you
          </span>
        )}
      </div>
      <Box className="mt-3">
        {error && !items ? (
          <FailedState what="The drift report" error={error} onRetry={refetch} />
        ) : !items ? (
          <SkeletonRows rows={6} label="Reading the drift report" />
        ) : items.length === 0 ? (
          <Nothing view={view} connectionId={id} crm={crm} />
        ) : (
          <ul>
            {items.map((drift) => (
              <DriftRow key={drift.id} drift={drift} crm={crm} />
            ))}
          </ul>
        )}
      </Box>
      {hasNextPage && (
        <div className="mt-4 flex justify-center">
          <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
      {fixing && <FixAll connectionId={id} crm={crm} total={fixable} onClose={() => setFixing(false)} />}
    </>
  );
}

function Up({ href, children }: { href: string; children: string }) {
  return (
    <Link
      href={href}
      className="hover:text-ink hover:underline max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
    >
      {children}
    </Link>
  );
}

function Nothing({ view, connectionId, crm }: { view: DriftView; connectionId: string; crm: string }) {
  if (view === "settled")
    return (
      <EmptyState title="Nothing was settled yet">
        What is fixed, dismissed, or put right by a webhook that came late is kept here.
      </EmptyState>
    );
  return (
    <EmptyState
      title="Nothing differs"
      action={<ButtonLink href={`/connections/${connectionId}`}>Sweep or audit</ButtonLink>}
    >
      Every member that was looked at says what {crm} says. An audit on the connection page looks at all of
      them.
    </EmptyState>
  );
}
