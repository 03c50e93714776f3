"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { count } from "../time/durations.ts";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Meter } from "../ui/meter.tsx";
import { TextField } from "../ui/text-field.tsx";
import { keepDestination, patchDestination } from "./destination-queries.ts";

/** How fast a destination is called, and how much of that is used now. */
export function PaceBox({ destination }: { destination: Destination }) {
  const [editing, setEditing] = useState(false);
  const blocked = useBlocked("owner");
  const { ratePerMinute, concurrency, health } = destination;
  const { callsThisMinute } = health.pace;
  const used = `${count(callsThisMinute)} of ${count(ratePerMinute)} calls this minute`;
  return (
    <Box
      title="Pace"
      aside={
        <Button size="small" blocked={blocked} onClick={() => setEditing(true)}>
          Change
        </Button>
      }
    >
      <div className="border-t border-line-soft px-4 py-3">
        <Meter label={used} parts={[{ share: callsThisMinute / ratePerMinute, tone: "go" }]} />
        <p className="num mt-2 text-log text-ink-2">
          {used}
          <span className="block text-small text-ink-3">
            {concurrency === 1 ? "One member at a time" : `Up to ${concurrency} members at a time`}
          </span>
        </p>
      </div>
      {editing && <PaceDialog destination={destination} onClose={() => setEditing(false)} />}
    </Box>
  );
}

function PaceDialog({ destination, onClose }: { destination: Destination; onClose: () => void }) {
  const queries = useQueryClient();
  const saving = useMutation({
    mutationFn: (data: FormData) =>
      patchDestination(destination.id, {
        ratePerMinute: Number(data.get("ratePerMinute")),
        concurrency: Number(data.get("concurrency")),
      }),
    onSuccess: async (saved) => {
      await keepDestination(queries, saved);
      onClose();
    },
  });
  return (
    <FormDialog
      title="Pace"
      lead={`How hard Rollcall may press ${destination.site}. It holds within a minute, for all workers together.`}
      action="Save the pace"
      busy={saving.isPending}
      failure={saving.error}
      onClose={onClose}
      onSubmit={saving.mutate}
    >
      <TextField
        label="Calls a minute"
        name="ratePerMinute"
        type="number"
        min={1}
        max={60_000}
        required
        defaultValue={destination.ratePerMinute}
        hint="One member takes one to three calls."
      />
      <TextField
        label="Members at a time"
        name="concurrency"
        type="number"
        min={1}
        max={50}
        required
        defaultValue={destination.concurrency}
        hint="A small host is happiest with one or two."
      />
    </FormDialog>
  );
}
