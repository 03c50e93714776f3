"use client";

import type { ReactNode } from "react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import { count, counted } from "../time/durations.ts";
import { Ago, ClockTime } from "../time/moment.tsx";

/** What pushes came to in the last 24 hours, what is owed, and whether the site answers. */
export function HealthPart({ destination }: { destination: Destination }) {
  const { last24Hours: day, backlog, oldestDueAt, pace } = destination.health;
  const wrong = day.failed + day.dead + day.refused;
  const waiting = backlog.waiting + backlog.running + backlog.failed;
  return (
    <section aria-labelledby="health">
      <h2 id="health" className="mb-3 text-box tracking-[-0.006em]">
        Last 24 hours
      </h2>
      <dl className="grid grid-cols-4 border-y border-line max-sm:grid-cols-2">
        <Figure name="Pushed" value={day.done}>
          {pace.pushesPerMinute > 0
            ? `${count(Math.round(pace.pushesPerMinute))} a minute now`
            : "told something new"}
        </Figure>
        <Figure name="Already right" value={day.unchanged}>
          {day.skipped > 0 ? `and ${count(day.skipped)} left out` : "nothing to tell"}
        </Figure>
        <Figure name="Failed" value={wrong} bad={wrong > 0}>
          {day.stopped > 0 ? `and ${counted(day.stopped, "push", "pushes")} not made` : "pushes, not members"}
        </Figure>
        <Figure name="Waiting" value={waiting}>
          {oldestDueAt ? (
            <>
              oldest due <Ago at={oldestDueAt} />
            </>
          ) : (
            "nobody"
          )}
        </Figure>
      </dl>
      <BreakerLine destination={destination} />
    </section>
  );
}

function Figure({
  name,
  value,
  bad = false,
  children,
}: {
  name: string;
  value: number;
  bad?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="border-l border-line px-4 py-3 first:border-l-0 first:pl-0 max-sm:odd:border-l-0 max-sm:odd:pl-0 max-sm:nth-[n+3]:border-t">
      <dt className="text-small text-ink-2">{name}</dt>
      <dd>
        <span className={`num text-figure leading-[1.3] font-name ${bad ? "text-bad-ink" : ""}`}>
          {count(value)}
        </span>
        <span className="num block text-small text-ink-3">{children}</span>
      </dd>
    </div>
  );
}

const isRight = (status: string): boolean => status === "done" || status === "unchanged";

function BreakerLine({ destination }: { destination: Destination }) {
  const { breaker, pace, lastPush } = destination.health;
  const isActive = destination.state === "active";
  if (isActive && breaker.state !== "closed")
    return (
      <p className="mt-3 text-fine text-ink-2">
        Pushes rest after {counted(breaker.failures, "failure")} in a row, so that the site is not pressed.{" "}
        {breaker.probeAt && (
          <>
            One push tries again at <ClockTime at={breaker.probeAt} />.
          </>
        )}
      </p>
    );
  if (isActive && pace.pausedUntil)
    return (
      <p className="mt-3 text-fine text-ink-2">
        The site asked for silence until <ClockTime at={pace.pausedUntil} />. Pushes go on by themselves then.
      </p>
    );
  return (
    <p className="mt-3 text-fine text-ink-2">
      {lastPush ? (
        <>
          {isRight(lastPush.status) && "The site answers. "}The last push was of{" "}
          {lastPush.email ?? "a member who is gone"}, <Ago at={lastPush.at} />, in{" "}
          <span className="num">{count(Math.round(lastPush.ms))} ms</span>.
        </>
      ) : (
        "No push was made yet. The next change of a member makes the first one."
      )}
    </p>
  );
}
