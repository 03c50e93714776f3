"use client";

import type { ReactNode } from "react";
import type { Overview } from "#lib/api/overview-shapes.ts";
import { toGo } from "../floods/flood-words.ts";
import { count, duration } from "../time/durations.ts";
import { useZone } from "../time/zone.tsx";
import { Meter } from "../ui/meter.tsx";
import { waitingWords } from "./waiting-words.ts";

const crmPatienceMs = 5_000;

/** Four figures that prove the sentence: how fast the CRM was answered, how fast members were right, what waits, the budget. */
export function Figures({ overview }: { overview: Overview }) {
  const { ack, sync, connections } = overview;
  const busiest = connections.toSorted(
    (a, b) => b.callsLastSecond / b.callsPerSecond - a.callsLastSecond / a.callsPerSecond,
  )[0];
  return (
    <section
      aria-label="How fast"
      className="mt-8 grid grid-cols-4 border-y border-line max-lg:grid-cols-2 max-sm:grid-cols-1 [&>div]:min-w-0 [&>div]:border-l [&>div]:border-line [&>div]:px-5 [&>div]:pt-4 [&>div]:pb-[18px] lg:[&>div:first-child]:border-l-0 lg:[&>div:first-child]:pl-0 lg:[&>div:last-child]:pr-0 max-lg:[&>div:nth-child(odd)]:border-l-0 max-lg:[&>div:nth-child(odd)]:pl-0 max-lg:[&>div:nth-child(n+3)]:border-t max-sm:[&>div]:border-l-0 max-sm:[&>div]:px-0 max-sm:[&>div:nth-child(n+2)]:border-t"
    >
      <Figure title="Answered in" foot="The CRM waits 5,000 ms">
        <Percentiles {...ack} />
        <Reach ms={ack.p99} />
      </Figure>
      <Figure
        title="Synced in"
        foot={sync.p50 === null ? "Nothing synced in 24 h" : "From arrival to an up-to-date member"}
      >
        <Percentiles {...sync} />
      </Figure>
      <Waiting overview={overview} />
      {busiest && (
        <Figure
          title={connections.length > 1 ? `${busiest.name} budget` : `${busiest.kindLabel} budget`}
          foot={
            busiest.pausedUntil
              ? `${busiest.kindLabel} asked for silence`
              : "Calls wait their turn; none is refused"
          }
        >
          <p className="num">
            {count(busiest.callsLastSecond)}
            <Small> of {count(busiest.callsPerSecond)} calls a second</Small>
          </p>
          <Meter
            className="mt-3"
            label={`${busiest.callsLastSecond} of ${busiest.callsPerSecond} calls used in the last second`}
            parts={[{ share: busiest.callsLastSecond / busiest.callsPerSecond, tone: "go" }]}
          />
        </Figure>
      )}
    </section>
  );
}

/** What waits for a worker or for another try, and apart from it what is held or part of a flood. */
function Waiting({ overview }: { overview: Overview }) {
  const zone = useZone();
  const open = overview.floods.open.filter((flood) => toGo(flood) > 0);
  const ofFloods = open.reduce((sum, { deliveries }) => sum + deliveries, 0);
  const { now, retrying, held, inFlood, apart, foot } = waitingWords(overview, zone);
  const whole = now + retrying + held;
  return (
    <Figure title="Waiting" foot={foot}>
      <p className="num">
        {count(now + retrying)}
        {apart !== "" && <Small> {apart}</Small>}
      </p>
      {inFlood > 0 ? (
        <Meter
          className="mt-3"
          label={`${count(ofFloods - inFlood)} of ${count(ofFloods)} of ${open.length > 1 ? "the floods" : "the flood"} are done`}
          parts={[
            { share: 1 - inFlood / ofFloods, tone: "ok" },
            { share: inFlood / ofFloods, tone: "wait" },
          ]}
        />
      ) : (
        whole > 0 && (
          <Meter
            className="mt-3"
            label={`${count(now)} wait for a worker, ${count(retrying)} for another try, ${count(held)} are held`}
            parts={[
              { share: now / whole, tone: "go" },
              { share: (retrying + held) / whole, tone: "wait" },
            ]}
          />
        )
      )}
    </Figure>
  );
}

function Figure({ title, foot, children }: { title: string; foot: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="font-[480] text-log text-ink-2">{title}</h3>
      <div className="mt-1 text-figure leading-[1.25] font-name tracking-[-0.02em]">{children}</div>
      <p className="mt-2 text-small text-ink-3">{foot}</p>
    </div>
  );
}

const Small = ({ children }: { children: ReactNode }) => (
  <small className="font-label text-log tracking-normal text-ink-3">{children}</small>
);

function Percentiles({ p50, p99 }: { p50: number | null; p99: number | null }) {
  if (p50 === null || p99 === null) return <p className="text-ink-3">–</p>;
  return (
    <p className="num flex flex-wrap gap-x-2.5">
      <span className="whitespace-nowrap">
        {duration(p50)} <Small>p50</Small>
      </span>
      <span className="whitespace-nowrap">
        {duration(p99)} <Small>p99</Small>
      </span>
    </p>
  );
}

/** How little of the CRM's patience the slowest hundredth took, on one scale with where it would give up. */
function Reach({ ms }: { ms: number | null }) {
  if (ms === null) return null;
  return (
    <div
      role="img"
      aria-label={`${duration(ms)} of the 5,000 ms after which the CRM gives up`}
      className="relative mt-3 h-1.5 rounded-[3px] bg-sunken shadow-[inset_0_0_0_1px_var(--line)]"
    >
      <i
        className="absolute -top-[3px] h-3 w-[2.5px] rounded-[2px] bg-accent"
        style={{ left: `${Math.min(99, (ms / crmPatienceMs) * 100)}%` }}
      />
      <i className="absolute -top-[3px] right-0 h-3 w-[2.5px] rounded-[2px] bg-bad-fill" />
    </div>
  );
}
