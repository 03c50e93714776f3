"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { BellOff } from "lucide-react";
import type { AlertMute } from "#lib/api/alert-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { showFailure } from "../ui/toast.tsx";
import { endMute } from "./alert-queries.ts";

/** What nobody is told of now, by whom and until when; nothing where nothing is muted. */
export function MuteList({ mutes }: { mutes: AlertMute[] }) {
  const blocked = useBlocked("operator");
  const queries = useQueryClient();
  const ending = useMutation({
    mutationFn: endMute,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["alerts"] }),
    onError: (error) => showFailure("It is still muted", error.message),
  });
  if (mutes.length === 0) return null;
  return (
    <Box title="Muted">
      <ul>
        {mutes.map((mute) => (
          <li
            key={mute.id}
            className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-x-3 border-t border-line-soft px-4 py-2.5 max-sm:py-3"
          >
            <BellOff size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 text-ink-3" />
            <div className="min-w-0 text-fine">
              <p className="[overflow-wrap:anywhere]">
                {mute.kind ? `All of this kind: ${mute.title}` : mute.title.replace(/\.$/, "")}
              </p>
              <p className="text-small text-ink-3">
                until <ShortWhen at={mute.until} />, by {mute.actor}
              </p>
            </div>
            <Button
              size="small"
              blocked={blocked}
              busy={ending.isPending && ending.variables === mute.id}
              aria-label={`End the mute of ${mute.title}`}
              onClick={() => ending.mutate(mute.id)}
            >
              End
            </Button>
          </li>
        ))}
      </ul>
    </Box>
  );
}
