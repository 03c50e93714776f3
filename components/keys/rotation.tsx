"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import type { AccessKey } from "#lib/api/key-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { counted, duration } from "../time/durations.ts";
import { Ago } from "../time/moment.tsx";
import { useNow } from "../time/now.tsx";
import { Button } from "../ui/button.tsx";
import { showFailure } from "../ui/toast.tsx";
import { patchKey } from "./key-queries.ts";

const aDayMs = 24 * 3600_000;
const dialectWords = { rollcall: "Rollcall URL", "wp-fusion": "WP Fusion URL" } as const;

/** A running rotation: until when the old key works, and who still calls with it. */
export function Rotation({ old, onStop }: { old: AccessKey; onStop: () => void }) {
  const queries = useQueryClient();
  const now = useNow();
  const blocked = useBlocked("operator");
  const until = old.expiresAt === null ? null : new Date(old.expiresAt).getTime();
  const keeping = useMutation({
    mutationFn: () =>
      patchKey(old.id, { expiresAt: new Date(Math.max(until ?? 0, now) + aDayMs).toISOString() }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["access-keys"] }),
    onError: (error) => showFailure("The old key was not kept longer", error.message),
  });
  return (
    <div className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-3 gap-y-1 p-3 pl-4 pr-4 text-fine max-md:grid-cols-[16px_minmax(0,1fr)]">
      <RotateCw size={16} strokeWidth={1.75} aria-hidden />
      <div>
        <b>
          The old key <code>{old.prefix}…</code>{" "}
          {until === null ? "still works." : `stops in ${duration(Math.max(0, until - now))}.`}
        </b>{" "}
        <span className="text-ink-2">
          {old.callers.length === 0
            ? "Both work until then. Nobody has called with the old one since the change."
            : `Both work until then. ${counted(old.callers.length, "caller")} still ${old.callers.length === 1 ? "uses" : "use"} the old one:`}
        </span>
      </div>
      <div className="flex gap-1.5 max-md:col-span-full max-md:mt-1.5">
        <Button
          size="small"
          busy={keeping.isPending}
          blocked={blocked}
          onClick={() => keeping.mutate()}
          className="max-md:flex-1"
        >
          Keep it a day longer
        </Button>
        <Button size="small" tone="quiet" danger blocked={blocked} onClick={onStop} className="max-md:flex-1">
          Stop it now
        </Button>
      </div>
      {old.callers.length > 0 && (
        <ul className="col-start-2 mt-1.5 grid gap-[3px] text-log max-md:col-span-full">
          {old.callers.map((caller) => (
            <li
              key={`${caller.address} ${caller.dialect} ${caller.action}`}
              className="grid grid-cols-[minmax(0,1fr)_auto_auto] gap-x-4 border-t border-accent-line py-[5px] max-md:grid-cols-[1fr_auto]"
            >
              <span>
                {caller.address}, {caller.action.replace("_", " ")} by {dialectWords[caller.dialect]}
              </span>
              <span className="num text-ink-2 max-md:row-start-2">
                {counted(caller.uses, "call")} since the change
              </span>
              <Ago at={caller.lastAt} className="text-ink-3" />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
