"use client";

import type { Alert, AlertMute } from "#lib/api/alert-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import { Ago, ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { ButtonLink } from "../ui/button.tsx";
import { muteOf } from "./alert-words.ts";
import { MuteMenu } from "./mute-menu.tsx";
import { Told } from "./told.tsx";

/** What is wrong now, one entry each: what happened, what is safe, what to do, and the way there. */
export function OpenAlerts({ alerts, mutes }: { alerts: Alert[]; mutes: AlertMute[] }) {
  return (
    <Box title="Open">
      {alerts.length === 0 ? (
        <p className="flex gap-3 border-t border-line px-4 py-4 text-ink-2">
          <Glyph name="synced" className="mt-[3px] [--glyph-ground:var(--raised)]" />
          Nothing is. What goes wrong for longer than a moment appears here and is told to the channels below,
          once when it begins and once when it is over.
        </p>
      ) : (
        <ul>
          {alerts.map((alert) => (
            <OpenAlert key={alert.id} alert={alert} mute={muteOf(alert, mutes)} />
          ))}
        </ul>
      )}
    </Box>
  );
}

function OpenAlert({ alert, mute }: { alert: Alert; mute: AlertMute | undefined }) {
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 border-t border-line p-4 [--glyph-ground:var(--raised)]">
      <Glyph name={alert.level === "bad" ? "failed" : "warn"} className="mt-0.5" />
      <div className="min-w-0">
        <h3 className="text-[14px] leading-[1.4] font-[540] [overflow-wrap:anywhere]">
          {alert.title.replace(/\.$/, "")}
        </h3>
        <p className="mt-[3px] max-w-[84ch] text-fine leading-normal text-ink-2 [overflow-wrap:anywhere]">
          {alert.safe} {alert.remedy}
        </p>
        <p className="mt-1 text-small text-ink-3 [overflow-wrap:anywhere]">
          {alert.kindTitle}, since <ShortWhen at={alert.openedAt} /> (<Ago at={alert.openedAt} />)
          {alert.sends.length > 0 && (
            <>
              {" · "}
              <Told alert={alert} />
            </>
          )}
          {mute && (
            <span className="text-wait-ink">
              {" · "}muted by {mute.actor} until <ShortWhen at={mute.until} />
            </span>
          )}
        </p>
        <div className="mt-[11px] flex flex-wrap gap-2">
          <ButtonLink size="small" href={alert.path} className="max-sm:flex-auto">
            {alert.action}
          </ButtonLink>
          {!mute && <MuteMenu alert={alert} />}
        </div>
      </div>
    </li>
  );
}
