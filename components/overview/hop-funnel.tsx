"use client";

import type { Destination } from "#lib/api/destination-shapes.ts";
import type { Overview } from "#lib/api/overview-shapes.ts";
import type { Hop, Status } from "#lib/words.ts";
import { haltedOf, lookOf } from "../destinations/destination-words.ts";
import { Link } from "../navigation/navigation.tsx";
import { Glyph } from "../status/glyph.tsx";
import { outcomes } from "../status/outcomes.ts";
import { count } from "../time/durations.ts";
import { classNames } from "../ui/class-names.ts";
import { calmTotal } from "./health-sentence.ts";

const hopWords: Record<Hop, string> = {
  door: "Arrived at the door",
  queue: "Took a place in the queue",
  crm: "Read from the CRM",
  member: "Applied to the member",
  sites: "Pushed to your sites",
};

const leftWords: Record<Status, (value: number) => string> = {
  queued: () => "queued",
  held: () => "held",
  running: () => "running",
  synced: () => "synced",
  partly_synced: () => "partly synced",
  failed: () => "failed, will retry",
  dead: () => "gave up",
  skipped: () => "nothing to do",
  duplicate: (value) => (value === 1 ? "duplicate" : "duplicates"),
  filtered: () => "filtered",
  rejected: () => "rejected",
  unreadable: () => "unreadable",
};

/** The line of the last 24 hours: how many reached each hop, and what left it there. */
export function HopFunnel({
  overview,
  destinations,
}: {
  overview: Overview;
  destinations: readonly Destination[];
}) {
  const { line } = overview;
  const apart = overview.floods.total > 0 ? "&floods=folded" : "";
  const idle = calmTotal(overview) === 0;
  const passed = (hop: Hop) => line.find((stop) => stop.hop === hop)?.passed ?? 0;
  // What passed the door has its place in the queue; at the other hops it counts when it is done there.
  const reached = {
    door: calmTotal(overview),
    queue: passed("door"),
    crm: passed("crm"),
    member: passed("member"),
    sites: passed("sites"),
  };
  return (
    <section
      aria-label="Where webhooks stopped in the last 24 hours"
      className="mt-8 grid grid-cols-5 max-sm:grid-cols-1"
    >
      {line.map((stop, index) => {
        const isHalted = stop.hop === "sites" && haltedOf(destinations).length > 0;
        const needless = stop.hop === "sites" && destinations.length === 0;
        return (
          <div
            key={stop.hop}
            className="relative min-w-0 pr-3.5 max-sm:grid max-sm:grid-cols-[34px_1fr_auto] max-sm:items-start max-sm:pb-4"
          >
            <div
              className={classNames(
                "relative flex h-[22px] items-center max-sm:row-span-2 max-sm:h-full max-sm:items-start",
                index < line.length - 1 &&
                  "before:absolute before:top-2.5 before:-right-[11px] before:left-[11px] before:h-0.5 max-sm:before:top-5 max-sm:before:right-auto max-sm:before:-bottom-4 max-sm:before:left-2.5 max-sm:before:h-auto max-sm:before:w-0.5",
                idle || (line[index + 1]?.hop === "sites" && destinations.length === 0)
                  ? "before:bg-[repeating-linear-gradient(90deg,var(--line-strong)_0_2px,transparent_2px_6px)] before:opacity-80"
                  : "before:bg-ok-fill",
              )}
            >
              <span className="relative rounded-full bg-surface">
                <Glyph name={idle || needless ? "off" : isHalted ? "warn" : "synced"} size={22} />
              </span>
            </div>
            <h2 className="mt-2 font-[480] text-log text-ink-2 max-sm:mt-px max-sm:text-[15px]">
              {hopWords[stop.hop]}
            </h2>
            <div className="num text-figure leading-[1.2] font-name tracking-[-0.02em] max-sm:text-part">
              {needless ? (
                <span className="text-log font-normal tracking-normal text-ink-3">not needed</span>
              ) : (
                count(reached[stop.hop])
              )}
            </div>
            <ul className="mt-2 text-small leading-[1.65] text-ink-2 max-sm:col-[2/-1] max-sm:mt-0.5">
              {stop.left
                .toSorted((a, b) => b.count - a.count)
                .map((left) => (
                  <li key={left.status}>
                    <Link
                      href={`/webhooks?status=${left.status}${apart}`}
                      className="flex w-fit items-start gap-1.5 hover:underline max-sm:min-h-11 max-sm:items-center [&>svg]:mt-[3px]"
                    >
                      <Glyph name={left.status} size={14} />
                      <span>
                        <span className="num">{count(left.count)}</span> {leftWords[left.status](left.count)}
                      </span>
                      <span className="sr-only">, {outcomes[left.status].meaning}</span>
                    </Link>
                  </li>
                ))}
              {stop.hop === "sites" && <WorstSites destinations={destinations} />}
            </ul>
          </div>
        );
      })}
    </section>
  );
}

const shownSites = 2;
const isWrong = (destination: Destination) => lookOf(destination).tone === "bad";

/** Destinations that do not push as they should, by name; the rest are counted. */
function WorstSites({ destinations }: { destinations: readonly Destination[] }) {
  const halted = destinations.filter((one) => one.state !== "active" || isWrong(one));
  const worst = halted.toSorted((one, other) => Number(isWrong(other)) - Number(isWrong(one)));
  const rest = worst.length - shownSites;
  return (
    <>
      {worst.slice(0, shownSites).map((one) => (
        <li key={one.id}>
          <Link
            href={`/destinations/${one.id}`}
            className="flex w-fit items-start gap-1.5 hover:underline max-sm:min-h-11 max-sm:items-center [&>svg]:mt-[3px]"
          >
            <Glyph name={lookOf(one).glyph} size={14} />
            <span className="line-clamp-2 [overflow-wrap:anywhere]">
              {one.name} {lookOf(one).word.toLowerCase()}
            </span>
          </Link>
        </li>
      ))}
      {rest > 0 && (
        <li>
          <Link
            href="/destinations"
            className="hover:underline max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
          >
            and {rest} more
          </Link>
        </li>
      )}
    </>
  );
}
