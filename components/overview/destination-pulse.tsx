"use client";

import type { Destination } from "#lib/api/destination-shapes.ts";
import { causeOf, lookOf, needingPerson, owed } from "../destinations/destination-words.ts";
import { Link } from "../navigation/navigation.tsx";
import { Glyph } from "../status/glyph.tsx";
import { count } from "../time/durations.ts";
import { ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";

/** Each site: whether its members are right there, and how many wait. */
export function DestinationPulse({ destinations }: { destinations: readonly Destination[] }) {
  if (destinations.length === 0) return null;
  return (
    <Box title="Destinations">
      <ul>
        {destinations.map((destination) => (
          <PulseRow key={destination.id} destination={destination} />
        ))}
      </ul>
    </Box>
  );
}

function PulseRow({ destination }: { destination: Destination }) {
  const { id, name, kindLabel, health } = destination;
  const waiting = owed(health);
  const stuck = needingPerson(health);
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-baseline gap-x-3 border-t border-line px-4 py-3 max-sm:grid-cols-[16px_minmax(0,1fr)]">
      <Glyph name={lookOf(destination).glyph} className="mt-0.5 self-start [--glyph-ground:var(--raised)]" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <h3 className="text-[14px] font-[520]" title={name}>
          <Link href={`/destinations/${id}`} className="hover:underline tap">
            <span className="line-clamp-2">{name}</span>
          </Link>
        </h3>
        <p className="text-small leading-normal text-ink-3">
          {kindLabel} · <Stand destination={destination} />
        </p>
      </div>
      <p className="num text-right text-small whitespace-nowrap text-ink-2 max-sm:col-start-2 max-sm:text-left">
        {waiting > 0
          ? `${count(waiting)} wait`
          : stuck > 0
            ? `${count(stuck)} need a person`
            : lookOf(destination).word.toLowerCase()}
      </p>
    </li>
  );
}

function Stand({ destination }: { destination: Destination }) {
  const { state, health } = destination;
  if (state === "paused")
    return (
      <>
        paused by {health.stateBy ?? "a person"}, <ShortWhen at={health.stateAt} />
      </>
    );
  if (state === "stopped") return <>stopped: {causeOf(health.sentence ?? "see why")}</>;
  if (health.breaker.state !== "closed") return <>{causeOf(health.breaker.sentence ?? "does not answer")}</>;
  const { lastPush } = health;
  if (!lastPush) return "nobody pushed yet";
  return (
    <>
      last push <ShortWhen at={lastPush.at} />
    </>
  );
}
