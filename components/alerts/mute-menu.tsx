"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { BellOff } from "lucide-react";
import type { Alert, AlertMuteCreate } from "#lib/api/alert-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { showFailure } from "../ui/toast.tsx";
import { muteAlerts } from "./alert-queries.ts";

const times = [
  { hours: 1, word: "1 h" },
  { hours: 8, word: "8 h" },
  { hours: 24, word: "24 h" },
  { hours: 168, word: "7 days" },
];

/** For how long nobody is told of one alert, or of all of its kind. */
export function MuteMenu({ alert }: { alert: Alert }) {
  const blocked = useBlocked("operator");
  const queries = useQueryClient();
  const muting = useMutation({
    mutationFn: (body: AlertMuteCreate) => muteAlerts(body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["alerts"] }),
    onError: (error) => showFailure("It is not muted", error.message),
  });
  const glyph = <BellOff size={14} strokeWidth={1.75} aria-hidden />;
  if (blocked)
    return (
      <Button size="small" blocked={blocked} glyph={glyph}>
        Mute
      </Button>
    );
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={buttonClass({ size: "small" })} aria-busy={muting.isPending}>
          {glyph}
          Mute
        </button>
      }
    >
      {times.map(({ hours, word }) => (
        <MenuItem key={hours} onSelect={() => muting.mutate({ alertId: alert.id, hours })}>
          This one for {word}
        </MenuItem>
      ))}
      <div className="my-1 border-t border-line-soft" />
      {times.slice(1).map(({ hours, word }) => (
        <MenuItem key={hours} onSelect={() => muting.mutate({ kind: alert.kind, hours })}>
          All of this kind for {word}
        </MenuItem>
      ))}
    </Menu>
  );
}
