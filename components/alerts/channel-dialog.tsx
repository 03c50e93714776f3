"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AlertChannel, AlertChannelSaved, AlertKindWords } from "#lib/api/alert-shapes.ts";
import { CheckboxOption } from "../ui/checkbox.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Note } from "../ui/note.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import { createChannel, patchChannel } from "./alert-queries.ts";
import { channelWords } from "./alert-words.ts";

type Kind = AlertChannel["kind"];
const kindNames: readonly Kind[] = ["email", "slack", "http"];
const listed = (text: string) => text.split(/[\s,;]+/).filter((one) => one !== "");

const addresses: Record<Kind, { label: string; placeholder: string; hint: string }> = {
  email: {
    label: "Addresses",
    placeholder: "anna@oakline.example, ben@oakline.example",
    hint: "With commas between them.",
  },
  slack: {
    label: "Webhook URL",
    placeholder: "https://hooks.slack.com/services/…",
    hint: "An incoming webhook of Slack, Mattermost, Rocket.Chat, or of Discord with /slack at its end. It is kept sealed.",
  },
  http: {
    label: "URL",
    placeholder: "https://ops.oakline.example/rollcall",
    hint: "Gets JSON, signed in the Standard Webhooks form. The secret is shown once after saving.",
  },
};

/** Adds a channel, or changes one: where it sends to, and which alerts it is told of. */
export function ChannelDialog({
  channel,
  kinds,
  canMail,
  onClose,
  onSaved,
}: {
  channel: AlertChannel | null;
  kinds: AlertKindWords[];
  canMail: boolean;
  onClose: () => void;
  onSaved: (saved: AlertChannelSaved) => void;
}) {
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>(channel?.kind ?? (canMail ? "email" : "slack"));
  const [name, setName] = useState(channel?.name ?? "");
  const [address, setAddress] = useState(channel?.kind === "email" ? channel.shown : "");
  const [chosen, setChosen] = useState<AlertKindWords["kind"][] | null>(channel?.alertKinds ?? null);
  const saving = useMutation({
    mutationFn: () => {
      const shared = { name, alertKinds: chosen };
      const where = kind === "email" ? { to: listed(address) } : { url: address.trim() };
      if (channel) return patchChannel(channel.id, { ...shared, ...(address.trim() === "" ? {} : where) });
      return kind === "email"
        ? createChannel({ kind, to: listed(address), ...shared })
        : createChannel({ kind, url: address.trim(), ...shared });
    },
    onSuccess: (saved) => {
      onSaved(saved);
      return queries.invalidateQueries({ queryKey: ["alerts"] });
    },
  });
  const words = addresses[kind];
  return (
    <FormDialog
      width="normal"
      title={channel ? `Change “${channel.name}”` : "Add a channel"}
      lead="It is told once when something goes wrong, and once when it is over."
      action={channel ? "Save" : "Add the channel"}
      busy={saving.isPending}
      blocked={chosen?.length === 0 ? "Choose at least one kind of alert" : null}
      failure={saving.error}
      onClose={onClose}
      onSubmit={() => saving.mutate()}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label="Name"
          value={name}
          required
          maxLength={80}
          autoComplete="off"
          placeholder="Team"
          onChange={(event) => setName(event.target.value)}
        />
        <Select
          label="Sent by"
          items={kindNames.map((value) => ({ value, label: channelWords[value].word }))}
          value={kind}
          disabled={channel !== null}
          onChange={(next) => {
            const found = kindNames.find((one) => one === next);
            if (found) setKind(found);
          }}
        />
      </div>
      <TextField
        label={words.label}
        value={address}
        required={channel === null || kind === "email"}
        spellCheck={false}
        autoComplete="off"
        placeholder={channel && kind !== "email" ? `${channel.shown}, as it is` : words.placeholder}
        hint={words.hint}
        onChange={(event) => setAddress(event.target.value)}
      />
      {kind === "email" && !canMail && (
        <Note tone="wait">
          <b>This server cannot send mail yet.</b> Set SMTP_URL and start again; until then each message is
          tried again and then given up.
        </Note>
      )}
      <KindChoice kinds={kinds} chosen={chosen} onChange={setChosen} />
    </FormDialog>
  );
}

function KindChoice({
  kinds,
  chosen,
  onChange,
}: {
  kinds: readonly AlertKindWords[];
  chosen: AlertKindWords["kind"][] | null;
  onChange: (chosen: AlertKindWords["kind"][] | null) => void;
}) {
  return (
    <fieldset className="border-b border-line-soft">
      <legend className="mb-[5px] font-name">Told of</legend>
      <CheckboxOption
        title="Every alert"
        note="Also kinds that come with later versions."
        checked={chosen === null}
        onChange={(every) => onChange(every ? null : kinds.map(({ kind }) => kind))}
      />
      {chosen !== null && (
        <div className="grid gap-x-6 sm:grid-cols-2">
          {kinds.map(({ kind, title, note }) => (
            <CheckboxOption
              key={kind}
              title={title}
              note={note}
              checked={chosen.includes(kind)}
              onChange={(on) => onChange(on ? [...chosen, kind] : chosen.filter((one) => one !== kind))}
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}
