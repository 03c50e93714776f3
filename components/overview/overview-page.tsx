"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import type { Overview } from "#lib/api/overview-shapes.ts";
import { Histogram } from "../deliveries/histogram.tsx";
import { destinationsQuery } from "../destinations/destination-queries.ts";
import { haltedOf } from "../destinations/destination-words.ts";
import { FirstRun } from "../first-run/first-run.tsx";
import { apartWords, floodName } from "../floods/flood-words.ts";
import { Link, useNavigation } from "../navigation/navigation.tsx";
import { api, queryString } from "../query/api.ts";
import { count } from "../time/durations.ts";
import { useNow } from "../time/now.tsx";
import { useZone } from "../time/zone.tsx";
import { FailedState } from "../ui/empty-state.tsx";
import { Announcer } from "../ui/live.tsx";
import { ConnectionPulse } from "./connection-pulse.tsx";
import { DestinationPulse } from "./destination-pulse.tsx";
import { Figures } from "./figures.tsx";
import { healthSentence } from "./health-sentence.ts";
import { HopFunnel } from "./hop-funnel.tsx";
import { NeedsPerson } from "./needs-person.tsx";

const everyMs = 15_000;

/** The last 24 hours at a glance; until the first webhook has come, what leads to it. */
export function OverviewPage({
  initial,
  initialDestinations,
}: {
  initial: Overview;
  /** There from the first byte: what they are decides the sentence. */
  initialDestinations: { items: Destination[]; nextCursor: string | null };
}) {
  const [skipped, setSkipped] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => api<Overview>("/v1/overview", { signal }),
    initialData: initial,
    refetchInterval: ({ state }) => (state.data?.hasDeliveries ? everyMs : 3_000),
  });
  const { items: destinations } = useQuery({
    ...destinationsQuery(),
    initialData: initialDestinations,
  }).data;
  if (!data.hasDeliveries && !skipped) return <FirstRun onDone={() => setSkipped(true)} />;
  return (
    <Announcer>
      <Health overview={data} destinations={destinations} />
      {error && <FailedState what="The overview" error={error} onRetry={() => refetch()} />}
      <HopFunnel overview={data} destinations={destinations} />
      <div className="mt-10 grid grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)] items-start gap-8 max-xl:gap-6 max-lg:grid-cols-1">
        <NeedsPerson overview={data} />
        <div className="grid gap-6">
          <ConnectionPulse connections={data.connections} />
          <DestinationPulse destinations={destinations} />
        </div>
      </div>
      <Figures overview={data} />
      <LastDay overview={data} />
    </Announcer>
  );
}

function Health({ overview, destinations }: { overview: Overview; destinations: readonly Destination[] }) {
  const now = useNow();
  const zone = useZone();
  const { before, link, after, lead } = healthSentence(overview, now, haltedOf(destinations));
  return (
    <header className="pt-1.5">
      <h1 className="max-w-[26em] text-hero leading-[1.2] font-[540] tracking-[-0.028em]">
        {before.replaceAll("24 h", "24\u00a0h").replaceAll(" webhook", "\u00a0webhook")}
        {link && (
          <a href="#person" className="underline decoration-wait-fill decoration-2 underline-offset-[6px]">
            {link.replaceAll(" ", "\u00a0")}
          </a>
        )}
        {after}
      </h1>
      {lead && <p className="mt-2.5 max-w-[68ch] text-[15px] text-ink-2">{lead}</p>}
      {overview.floods.open.map((flood) => (
        <p key={flood.id} className="mt-2.5 max-w-[68ch] text-[15px] text-ink-2">
          {apartWords(flood, now, zone)}{" "}
          <Link href={`/webhooks${queryString({ flood: flood.id, range: "30d" })}`} className="link">
            Open
            <span className="sr-only"> {floodName(flood)}</span>
          </Link>
        </p>
      ))}
    </header>
  );
}

function LastDay({ overview }: { overview: Overview }) {
  const { go } = useNavigation();
  return (
    <section className="mt-8">
      <header className="mb-3 flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-box tracking-[-0.006em]">Last 24 hours</h2>
        <span className="num text-small text-ink-3">
          {count(overview.counts.total)} {overview.floods.total > 0 ? "with what came in floods" : "in all"}
        </span>
        <Link
          href="/webhooks"
          className="link ml-auto text-small max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
        >
          Open the log
        </Link>
      </header>
      <Histogram
        counts={overview.counts}
        onZoom={(from, to) => go(`/webhooks${queryString({ from, to })}`)}
      />
    </section>
  );
}
