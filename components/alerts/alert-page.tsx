"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type {
  AlertChannel,
  AlertChannelSaved,
  AlertKindWords,
  AlertLimits as Limits,
} from "#lib/api/alert-shapes.ts";
import { PageHead } from "../shell/page.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { AlertLimits } from "./alert-limits.tsx";
import {
  type AlertList,
  type ChannelList,
  channelsQuery,
  type MuteList,
  mutesQuery,
  openAlertsQuery,
} from "./alert-queries.ts";
import { leadOf } from "./alert-words.ts";
import { ChannelDialog } from "./channel-dialog.tsx";
import { ChannelList as Channels } from "./channel-list.tsx";
import { ChannelSecret } from "./channel-secret.tsx";
import { MuteList as Mutes } from "./mute-list.tsx";
import { OpenAlerts } from "./open-alerts.tsx";
import { PastAlerts } from "./past-alerts.tsx";
import { RemoveChannel } from "./remove-channel.tsx";

type Doing =
  | { what: "nothing" }
  | { what: "add" }
  | { what: "edit" | "remove"; channel: AlertChannel }
  | { what: "secret"; saved: AlertChannelSaved };
const nothing: Doing = { what: "nothing" };

/** What is wrong now, who is told, and what was wrong before. */
export function AlertPage({
  initial,
  adding,
}: {
  initial: {
    open: AlertList;
    past: AlertList;
    mutes: MuteList;
    channels: ChannelList;
    kinds: AlertKindWords[];
    limits: Limits;
  };
  adding: boolean;
}) {
  const open = useQuery({ ...openAlertsQuery(), initialData: initial.open }).data.items;
  const mutes = useQuery({ ...mutesQuery(), initialData: initial.mutes }).data.items;
  const { items: channels, canMail } = useQuery({ ...channelsQuery(), initialData: initial.channels }).data;
  const [doing, setDoing] = useState<Doing>(adding ? { what: "add" } : nothing);
  const blocked = useBlocked("owner");
  const rest = () => {
    setDoing(nothing);
    // A reload shows the page, not the dialog again.
    if (adding) window.history.replaceState(null, "", "/alerts");
  };
  const show = (saved: AlertChannelSaved) =>
    saved.secret === null ? rest() : setDoing({ what: "secret", saved });
  const add = (
    <Button
      tone="primary"
      blocked={blocked}
      glyph={<Plus size={15} strokeWidth={1.75} aria-hidden />}
      onClick={() => setDoing({ what: "add" })}
    >
      Add a channel
    </Button>
  );
  return (
    <>
      <PageHead
        title="Alerts"
        lead={<p>{leadOf(open, channels.length)}</p>}
        actions={channels.length > 0 ? add : undefined}
      />
      <div className="mt-6 grid gap-5">
        <OpenAlerts alerts={open} mutes={mutes} />
        <Mutes mutes={mutes} />
        <Box title={channels.length > 0 ? "Who is told" : undefined}>
          {channels.length > 0 ? (
            <Channels
              channels={channels}
              kinds={initial.kinds}
              onEdit={(channel) => setDoing({ what: "edit", channel })}
              onRemove={(channel) => setDoing({ what: "remove", channel })}
              onSecret={(saved) => setDoing({ what: "secret", saved })}
            />
          ) : (
            <EmptyState title="Nobody is told yet" action={add}>
              Add e-mail, a Slack-compatible webhook or your own HTTP endpoint. Each is told once when
              something goes wrong, and once when it is over.
            </EmptyState>
          )}
        </Box>
        <AlertLimits initial={initial.limits} />
        <PastAlerts initial={initial.past} />
      </div>
      {doing.what === "add" && (
        <ChannelDialog channel={null} kinds={initial.kinds} canMail={canMail} onClose={rest} onSaved={show} />
      )}
      {doing.what === "edit" && (
        <ChannelDialog
          channel={doing.channel}
          kinds={initial.kinds}
          canMail={canMail}
          onClose={rest}
          onSaved={show}
        />
      )}
      {doing.what === "remove" && <RemoveChannel channel={doing.channel} onClose={rest} />}
      {doing.what === "secret" && <ChannelSecret saved={doing.saved} onClose={rest} />}
    </>
  );
}
