"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Destination } from "#lib/api/destination-shapes.ts";
import { TestBox } from "../status/test-box.tsx";
import { useNow } from "../time/now.tsx";
import { useZone } from "../time/zone.tsx";
import { Announcer } from "../ui/live.tsx";
import { Note } from "../ui/note.tsx";
import { CompanionBox } from "./companion-box.tsx";
import { DestinationHead } from "./destination-head.tsx";
import { destinationQuery, keepDestination, testDestination } from "./destination-queries.ts";
import { stateSentence } from "./destination-words.ts";
import { EveryonePart } from "./everyone-part.tsx";
import { HealthPart } from "./health-part.tsx";
import { PaceBox } from "./pace-box.tsx";
import { SecretBox } from "./secret-box.tsx";
import { siteChecks } from "./site-checks.ts";
import { StuckPart } from "./stuck-part.tsx";

/** One destination: whether its members are right there, what is wrong, and what a person can do about it. */
export function DestinationPage({ initial }: { initial: Destination }) {
  const queries = useQueryClient();
  const { data, error } = useQuery({ ...destinationQuery(initial.id), initialData: initial });
  const testing = useMutation({
    mutationFn: () => testDestination(data.id),
    onSuccess: (lastTest) => keepDestination(queries, { ...data, lastTest }),
  });
  return (
    <Announcer>
      <DestinationHead destination={data} testing={testing} />
      {error && (
        <Note tone="bad" role="alert" className="mt-5">
          <b>This page is from before.</b> {error.message}
        </Note>
      )}
      <Answer destination={data} />
      <div className="mt-8 grid grid-cols-[minmax(0,1fr)_316px] items-start gap-10 max-xl:grid-cols-[minmax(0,1fr)_276px] max-xl:gap-6 max-lg:grid-cols-1">
        <div className="grid gap-9">
          <StuckPart destination={data} />
          <HealthPart destination={data} />
          <EveryonePart destination={data} />
        </div>
        <div className="grid gap-6">
          <TestBox report={data.lastTest} running={testing.isPending} titles={siteChecks} />
          {data.kind === "wordpress" && <CompanionBox test={data.lastTest} site={data.site} />}
          <PaceBox destination={data} />
          <SecretBox destination={data} />
        </div>
      </div>
    </Announcer>
  );
}

/** The sentence that a person came for, and what to do where there is something to do. */
function Answer({ destination }: { destination: Destination }) {
  const now = useNow();
  const zone = useZone();
  const { state, health } = destination;
  const remedy =
    state === "stopped"
      ? health.remedy
      : state === "active" && health.breaker.state !== "closed"
        ? health.breaker.remedy
        : null;
  return (
    <section role="status" className="mt-6">
      <p className="max-w-[40em] text-head leading-[1.32] tracking-[-0.012em] text-pretty [overflow-wrap:anywhere]">
        {stateSentence(destination, now, zone)}
      </p>
      {state === "paused" && (
        <p className="mt-1.5 text-ink-2">
          Members stay right in Rollcall. What they are owed here is kept and goes on when you resume.
        </p>
      )}
      {remedy && <p className="mt-1.5 max-w-[70ch] text-ink-2">{remedy}</p>}
    </section>
  );
}
