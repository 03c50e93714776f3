"use client";

import type { Connection } from "#lib/api/connection-shapes.ts";
import { count, duration } from "../time/durations.ts";
import { CheckboxOption } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import type { Draft } from "./draft.ts";
import { Part } from "./part.tsx";

type PacingProps = {
  crm: string;
  callsLeft: Connection["callsLeft"];
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
};

/** How fast the CRM is read, how long runs wait for more, and what happens to a flood. */
export function PacingPart({ crm, callsLeft, draft, onChange }: PacingProps) {
  return (
    <Part
      id="pacing"
      title="Pacing and floods"
      lead={`${crm} is shared by every tool that uses the account, and a bulk edit sends one webhook per contact. These keep both from getting in anyone’s way; as they are, they suit most accounts.`}
    >
      <div className="grid gap-x-4 gap-y-5 sm:grid-cols-2">
        <WholeNumber
          label="Calls a second, at most"
          value={draft.callsPerSecond}
          max={1000}
          onChange={(callsPerSecond) => onChange({ callsPerSecond: callsPerSecond ?? 0 })}
          hint={`${crm} allows 5 for the whole account. Take less to leave room for other tools.`}
        />
        <WholeNumber
          label="Calls a minute, at most"
          optional
          value={draft.callsPerMinute}
          max={60_000}
          onChange={(callsPerMinute) => onChange({ callsPerMinute })}
          hint="Set it where the account has such a limit beside the one a second. Empty is none."
        />
        <WholeNumber
          label="Calls a day, at most"
          optional
          value={draft.callsPerDay}
          max={10_000_000}
          onChange={(callsPerDay) => onChange({ callsPerDay })}
          hint={`${callsLeft.today === null ? "" : `${count(callsLeft.today)} are left today. `}What is over it waits for the next day (UTC); nothing is lost. Empty is none.`}
        />
        <WholeNumber
          label="A flood is more webhooks a minute than"
          value={draft.floodPerMinute}
          max={1_000_000}
          onChange={(floodPerMinute) => onChange({ floodPerMinute: floodPerMinute ?? 0 })}
          hint="A flood is worked off beside the queue, so that new people do not wait behind it. Lower it when bulk edits slow other webhooks down."
        />
        <Span
          label="Quiet window"
          none="None: each runs at once"
          choicesMs={[0, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000]}
          valueMs={draft.quietMs}
          onChange={(quietMs) => onChange({ quietMs })}
          hint="A run waits until its contact has been quiet for so long. Use it when one purchase sends several webhooks in a row."
        />
        <Span
          label="Longest wait"
          none="Not at all"
          choicesMs={[0, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000]}
          valueMs={draft.maxWaitMs}
          onChange={(maxWaitMs) => onChange({ maxWaitMs })}
          hint={
            draft.quietMs === 0
              ? "Counts only with a quiet window: it ends the wait for a contact that keeps changing."
              : "Ends the wait for a contact that keeps changing. Lower it when members must be right sooner."
          }
        />
        <Span
          label="Batch sync waits"
          none="Not at all"
          choicesMs={[0, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 6 * 3_600_000, 24 * 3_600_000]}
          valueMs={draft.batchDelaySeconds * 1000}
          onChange={(ms) => onChange({ batchDelaySeconds: ms / 1000 })}
          hint="Contacts that Batch sync URLs name are collected for so long, then read together. Raise it when the automation needs longer to name them all."
        />
      </div>
      <div className="border-b border-line-soft">
        <CheckboxOption
          title="Hold floods until someone decides"
          note="Nothing of a flood runs before it is released on the Webhooks page. Use it where a wrong bulk edit must not reach members; other webhooks go on."
          checked={draft.floodHold}
          onChange={(floodHold) => onChange({ floodHold })}
        />
      </div>
    </Part>
  );
}

/** A whole number from 1; null while the field is empty. */
function WholeNumber({
  value,
  onChange,
  ...field
}: {
  label: string;
  value: number | null;
  max: number;
  optional?: boolean;
  hint: string;
  onChange: (value: number | null) => void;
}) {
  return (
    <TextField
      {...field}
      type="number"
      inputMode="numeric"
      min={1}
      value={value ? String(value) : ""}
      onChange={(event) => onChange(Math.trunc(Number(event.target.value)) || null)}
      className="num"
    />
  );
}

/** A length of time from a few good ones, and the one in use where it is another. */
function Span({
  label,
  none,
  choicesMs,
  valueMs,
  hint,
  onChange,
}: {
  label: string;
  /** What zero is called. */
  none: string;
  choicesMs: readonly number[];
  valueMs: number;
  hint: string;
  onChange: (ms: number) => void;
}) {
  const all = [...new Set([...choicesMs, valueMs])].sort((a, b) => a - b);
  return (
    <Select
      label={label}
      items={all.map((ms) => ({ value: String(ms), label: ms === 0 ? none : spanWords(ms) }))}
      value={String(valueMs)}
      onChange={(value) => onChange(Number(value))}
      hint={hint}
    />
  );
}

const spanWords = (ms: number) => (ms < 60_000 ? `${ms / 1000} s` : duration(ms));
