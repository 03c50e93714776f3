"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Mail, MessageSquare, Send, Webhook } from "lucide-react";
import type {
  AlertChannel,
  AlertChannelPatch,
  AlertChannelSaved,
  AlertKindWords,
} from "#lib/api/alert-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { duration } from "../time/durations.ts";
import { Ago, ShortWhen } from "../time/moment.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { Pill } from "../ui/pill.tsx";
import { showFailure } from "../ui/toast.tsx";
import { patchChannel, testChannel } from "./alert-queries.ts";
import { channelWords, kindsSentence } from "./alert-words.ts";

const glyphs = { email: Mail, slack: MessageSquare, http: Webhook };

export type ChannelAct = {
  onEdit: (channel: AlertChannel) => void;
  onRemove: (channel: AlertChannel) => void;
  onSecret: (saved: AlertChannelSaved) => void;
};

/** Where alerts are told, one row each: of what, when last, and whether it is taken. */
export function ChannelList({
  channels,
  kinds,
  ...acts
}: { channels: AlertChannel[]; kinds: AlertKindWords[] } & ChannelAct) {
  return (
    <ul>
      {channels.map((channel) => (
        <ChannelRow key={channel.id} channel={channel} kinds={kinds} {...acts} />
      ))}
    </ul>
  );
}

function ChannelRow({
  channel,
  kinds,
  ...acts
}: { channel: AlertChannel; kinds: AlertKindWords[] } & ChannelAct) {
  const Sign = glyphs[channel.kind];
  const queries = useQueryClient();
  const blocked = useBlocked("operator");
  const testing = useMutation({
    mutationFn: () => testChannel(channel.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ["alerts", "channels"] }),
  });
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-x-3 gap-y-1 border-t border-line px-4 py-3 max-sm:grid-cols-[16px_minmax(0,1fr)]">
      <Sign size={16} strokeWidth={1.75} aria-hidden className="mt-[3px] text-ink-2" />
      <div className="min-w-0">
        <h3 className="flex min-h-[22px] flex-wrap items-center gap-2 text-body font-[540] [overflow-wrap:anywhere]">
          {channel.name}
          {!channel.enabled && (
            <Pill small tone="idle">
              Off
            </Pill>
          )}
        </h3>
        <p className="text-fine text-ink-2 [overflow-wrap:anywhere]">
          {channelWords[channel.kind].word} {channelWords[channel.kind].place} {channel.shown}
        </p>
        <p className="text-small text-ink-3">
          {kindsSentence(channel, kinds)} ·{" "}
          {channel.lastSentAt ? (
            <>
              last taken <Ago at={channel.lastSentAt} />
            </>
          ) : (
            "nothing sent yet"
          )}
        </p>
        <Trouble channel={channel} />
        <p role="status" className="text-small">
          {testing.data?.sent && (
            <span className="text-ok-ink">The test was taken in {duration(testing.data.ms)}.</span>
          )}
          {testing.error && <span className="text-bad-ink">{testing.error.message}</span>}
        </p>
      </div>
      <div className="flex gap-1.5 max-sm:col-start-2 max-sm:mt-1.5">
        <Button
          size="small"
          blocked={blocked}
          busy={testing.isPending}
          glyph={<Send size={14} strokeWidth={1.75} aria-hidden />}
          onClick={() => testing.mutate()}
        >
          Send a test
        </Button>
        <ChannelMenu channel={channel} {...acts} />
      </div>
    </li>
  );
}

/** What a channel did not take, and what happens with it. */
function Trouble({ channel: { lastError, failingSince, waiting } }: { channel: AlertChannel }) {
  if (!lastError || !failingSince) return null;
  return (
    <p className="text-small text-bad-ink [overflow-wrap:anywhere]">
      Not taken since <ShortWhen at={failingSince} />: {lastError}{" "}
      {waiting > 0 &&
        `${waiting === 1 ? "1 message waits and is" : `${waiting} messages wait and are`} tried again.`}
    </p>
  );
}

function ChannelMenu({ channel, onEdit, onRemove, onSecret }: { channel: AlertChannel } & ChannelAct) {
  const blocked = useBlocked("owner");
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: (patch: AlertChannelPatch) => patchChannel(channel.id, patch),
    onSuccess: (saved) => {
      if (saved.secret !== null) onSecret(saved);
      return queries.invalidateQueries({ queryKey: ["alerts"] });
    },
    onError: (error) => showFailure("The channel was not changed", error.message),
  });
  const label = `More for ${channel.name}`;
  const dots = <Ellipsis size={15} strokeWidth={1.75} aria-hidden />;
  if (blocked) return <Button size="small" iconOnly blocked={blocked} aria-label={label} glyph={dots} />;
  return (
    <Menu
      trigger={
        <button type="button" aria-label={label} className={buttonClass({ size: "small", icon: true })}>
          {dots}
        </button>
      }
    >
      <MenuItem onSelect={() => onEdit(channel)}>Change</MenuItem>
      <MenuItem onSelect={() => changing.mutate({ enabled: !channel.enabled })}>
        {channel.enabled ? "Turn off" : "Turn on"}
      </MenuItem>
      {channel.kind === "http" && (
        <MenuItem onSelect={() => changing.mutate({ newSecret: true })}>Make a new secret</MenuItem>
      )}
      <MenuItem danger onSelect={() => onRemove(channel)}>
        Remove
      </MenuItem>
    </Menu>
  );
}
