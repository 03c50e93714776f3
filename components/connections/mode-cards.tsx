"use client";

import { type ReactNode, useId } from "react";
import type { Connection } from "#lib/api/connection-shapes.ts";
import { Pill } from "../ui/pill.tsx";
import { Radio } from "../ui/radio.tsx";
import { modeWords } from "./connection-state.tsx";

type Mode = Connection["mode"];
type Card = {
  gist: string;
  sent: string;
  load: 1 | 2 | 3 | 4 | 5;
  loadWords: string;
  control: string;
  watchOut: string;
};

const cardsFor = (crm: string): Record<Mode, Card> => ({
  automation: {
    gist: "You place a Webhook step where you want one. Only those count.",
    sent: "One webhook, when a contact reaches the step. Edits by hand are not sent.",
    load: 1,
    loadWords: "Low. As many as pass the step.",
    control: "Full. The automation shows each contact and each webhook.",
    watchOut:
      "Do not send a large number of contacts through the automation at once. If it happens, Rollcall keeps them all and works them off at the pace the CRM allows.",
  },
  event: {
    gist: `Rollcall also registers a webhook in ${crm} itself.`,
    sent: "One webhook for every change you tick below, whoever makes it, for every contact in the account.",
    load: 4,
    loadWords: "Can be high. A bulk edit sends one per contact.",
    control: `Little. ${crm} decides when to send; nobody else can change that.`,
    watchOut: `“By any user” also fires for changes made through the API: a bug ${crm} has confirmed and fixes account by account. Such a change is read and found to be nothing new, so you pay in calls, not in loops.`,
  },
});

/** The two ways a CRM can call, side by side; nothing happens before Save. */
export function ModeCards({
  crm,
  saved,
  chosen,
  onChoose,
}: {
  crm: string;
  saved: Mode;
  chosen: Mode;
  onChoose: (mode: Mode) => void;
}) {
  const cards = cardsFor(crm);
  return (
    <div role="radiogroup" aria-label="Mode" className="grid gap-4 lg:grid-cols-2">
      {(["automation", "event"] as const).map((mode) => (
        <ModeCard
          key={mode}
          title={modeWords[mode]}
          card={cards[mode]}
          checked={chosen === mode}
          state={saved === mode ? "In use" : chosen === mode ? "Chosen" : null}
          onChoose={() => onChoose(mode)}
        />
      ))}
    </div>
  );
}

function ModeCard({
  title,
  card,
  checked,
  state,
  onChoose,
}: {
  title: string;
  card: Card;
  checked: boolean;
  state: "In use" | "Chosen" | null;
  onChoose: () => void;
}) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className="row-span-6 grid cursor-pointer grid-rows-subgrid gap-y-0 rounded-box border border-line bg-raised px-5 pt-[18px] pb-5 has-checked:border-accent has-checked:shadow-[0_0_0_1px_var(--accent)] max-lg:block max-sm:p-4"
    >
      <span className="flex items-center gap-[11px] max-sm:min-h-8">
        <Radio
          id={id}
          name="mode"
          checked={checked}
          onChange={onChoose}
          aria-labelledby={`${id}-title`}
          aria-describedby={`${id}-gist`}
        />
        <strong id={`${id}-title`} className="text-[16px] tracking-[-0.008em]">
          {title}
        </strong>
        {state && (
          <span className="ml-auto">
            <Pill small tone={state === "Chosen" ? "go" : "idle"}>
              {state}
            </Pill>
          </span>
        )}
      </span>
      <p id={`${id}-gist`} className="pt-1.5 pb-3.5 pl-[29px] text-ink-2 max-sm:pl-0">
        {card.gist}
      </p>
      <Fact term="What is sent, and when">{card.sent}</Fact>
      <Fact term="Load on your site">
        <LoadBar of={card.load} />
        {card.loadWords}
      </Fact>
      <Fact term="Control">{card.control}</Fact>
      <Fact term="Watch out">{card.watchOut}</Fact>
    </label>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <span className="ml-0 block border-t border-line-soft py-3 pl-[29px] max-sm:pl-0">
      <span className="mb-0.5 block text-small text-ink-3">{term}</span>
      <span className="block text-fine leading-normal">{children}</span>
    </span>
  );
}

function LoadBar({ of }: { of: number }) {
  return (
    <span role="img" aria-label={`${of} of 5.`} className="mr-2 inline-flex gap-[3px]">
      {[1, 2, 3, 4, 5].map((step) => (
        <i key={step} data-on={step <= of ? "" : undefined} className="load-step" />
      ))}
    </span>
  );
}
