"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import type { Everyone } from "#lib/api/push-shapes.ts";
import { Part } from "../connections/part.tsx";
import { useBlocked } from "../shell/person.tsx";
import { count } from "../time/durations.ts";
import { ShortWhen } from "../time/moment.tsx";
import { Button } from "../ui/button.tsx";
import { Meter } from "../ui/meter.tsx";
import { showFailure } from "../ui/toast.tsx";
import { abortEveryone } from "./destination-queries.ts";
import { PushPlan } from "./push-plan.tsx";

/** "Push everyone again": the plan before it, how far it is, and what became of the last one. */
export function EveryonePart({ destination }: { destination: Destination }) {
  const [planning, setPlanning] = useState(false);
  const blocked = useBlocked("operator");
  const { everyone } = destination.health;
  const isRunning = everyone?.state === "running";
  return (
    <Part
      title="Push everyone again"
      lead="For a site that was restored or set up anew. First you see what would be different; nothing is sent until you say so."
      action={
        <Button
          blocked={isRunning ? "It is under way" : blocked}
          onClick={() => setPlanning(true)}
          className="max-sm:hidden"
        >
          See the plan
        </Button>
      }
    >
      <Button
        blocked={isRunning ? "It is under way" : blocked}
        onClick={() => setPlanning(true)}
        className="sm:hidden"
      >
        See the plan
      </Button>
      {everyone && <Progress everyone={everyone} isPaused={destination.state !== "active"} />}
      {planning && <PushPlan destination={destination} onClose={() => setPlanning(false)} />}
    </Part>
  );
}

/** "228 of 230 right, 2 went wrong" */
const summary = ({ done, total, failed, waiting, state }: Everyone): string =>
  [
    `${count(done)} of ${count(total)} right`,
    failed > 0 && `${count(failed)} went wrong`,
    waiting > 0 && `${count(waiting)} ${state === "running" ? "to go" : "not pushed"}`,
  ]
    .filter(Boolean)
    .join(", ");

function Progress({ everyone, isPaused }: { everyone: Everyone; isPaused: boolean }) {
  const queries = useQueryClient();
  const blocked = useBlocked("operator");
  const { destinationId, id, state, total, done, failed, actor, createdAt } = everyone;
  const stop = useMutation({
    mutationFn: () => abortEveryone(destinationId, id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["destinations", destinationId] }),
    onError: (error) => showFailure("It could not be stopped", error.message),
  });
  const whole = Math.max(1, total);
  const isRunning = state === "running";
  return (
    <div className="rounded-box border border-line bg-raised px-4 py-3">
      <div className="flex flex-wrap items-center gap-3">
        <p className="num grow text-log">
          <b className="font-medium">
            {isRunning
              ? isPaused
                ? "Waits for the destination"
                : "Under way"
              : state === "done"
                ? "Done"
                : "Stopped"}
          </b>
          <span className="text-ink-2">: {summary(everyone)}.</span>
          <span className="block text-small text-ink-3">
            started by {actor}, <ShortWhen at={createdAt} />
          </span>
        </p>
        {isRunning && (
          <Button danger size="small" busy={stop.isPending} blocked={blocked} onClick={() => stop.mutate()}>
            Stop the rest
          </Button>
        )}
      </div>
      {isRunning && (
        <Meter
          className="mt-3"
          label={summary(everyone)}
          parts={[
            { share: done / whole, tone: "ok" },
            { share: failed / whole, tone: "bad" },
          ]}
        />
      )}
    </div>
  );
}
