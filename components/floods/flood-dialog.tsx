"use client";

import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Flood } from "#lib/api/flood-shapes.ts";
import { count, counted } from "../time/durations.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { useAnnounce } from "../ui/live.tsx";
import { TextField } from "../ui/text-field.tsx";
import { useTypedNumber } from "../ui/typed-number.tsx";
import { decideFlood, type FloodChoice } from "./flood-queries.ts";
import { toGo } from "./flood-words.ts";

type Decision = { flood: Flood; choice: FloodChoice };
type DialogProps = Decision & { onClose: () => void };

const saidWords = { hold: "held", release: "released", drop: "dropped" };

function useDecision({ flood, choice, onClose }: DialogProps) {
  const queries = useQueryClient();
  const announce = useAnnounce();
  return useMutation({
    mutationFn: (reason: string) => decideFlood(flood.id, choice, reason),
    onSuccess: (decided) => {
      queries.setQueryData(["floods", "one", flood.id], decided);
      announce(`The ${flood.kind} is ${saidWords[choice]}.`);
      onClose();
      void queries.invalidateQueries({ queryKey: ["deliveries", "counts"] });
      void queries.invalidateQueries({ queryKey: ["overview"] });
      return queries.invalidateQueries({ queryKey: ["floods"] });
    },
  });
}

/** Asks for a decision about a flood: what it does, what is safe, and the reason that others will read. */
export function FloodDialog(props: DialogProps) {
  const deciding = useDecision(props);
  return props.choice === "drop" ? (
    <Drop {...props} deciding={deciding} />
  ) : (
    <HoldOrRelease {...props} deciding={deciding} />
  );
}

type Deciding = { deciding: UseMutationResult<Flood, Error, string> };

function HoldOrRelease({ flood, choice, onClose, deciding }: DialogProps & Deciding) {
  const left = counted(toGo(flood), "webhook");
  const hold = choice === "hold";
  const start = flood.kind === "batch" ? "Start the batch" : "Release the flood";
  return (
    <FormDialog
      title={hold ? `Hold the ${flood.kind}` : start}
      lead={
        hold
          ? `${left} and what still joins wait until someone releases them. None is lost, and all other webhooks go on.`
          : `${left} run at the pace the CRM allows, each contact once. Other webhooks go first.`
      }
      action={hold ? "Hold all" : flood.kind === "batch" ? "Start now" : "Release all"}
      busy={deciding.isPending}
      failed={hold ? "Not held." : "Not released."}
      failure={deciding.error}
      onClose={onClose}
      onSubmit={(form) => deciding.mutate(String(form.get("reason") ?? ""))}
    >
      <TextField
        label="Why"
        name="reason"
        optional
        maxLength={300}
        autoComplete="off"
        hint="Others see it beside the flood."
      />
    </FormDialog>
  );
}

function Drop({ flood, onClose, deciding }: DialogProps & Deciding) {
  // As it was when asked: a number that falls while it is typed could never be typed.
  const [left] = useState(() => flood.counts.waiting + flood.counts.held);
  const typed = useTypedNumber(left);
  const [reason, setReason] = useState("");
  const ran = flood.counts.done;
  return (
    <FormDialog
      title={`Drop ${counted(left, "webhook")}`}
      cancel="Keep them"
      action={`Drop ${count(left)}`}
      danger
      busy={deciding.isPending}
      blocked={reason.trim() === "" ? "Say why first" : typed.blocked}
      failed="Nothing was dropped."
      failure={deciding.error}
      onClose={onClose}
      onSubmit={() => deciding.mutate(reason)}
    >
      <dl className="grid gap-3 [&_dt]:font-name [&_dd]:text-ink-2">
        <div>
          <dt>Safe</dt>
          <dd>
            {ran > 0 && `The ${count(ran)} that ran. `}The webhooks themselves: they stay in the log as
            Filtered, and each can be retried. No member is changed or removed.
          </dd>
        </div>
        <div>
          <dt>Lost</dt>
          <dd>
            What they announced does not reach {counted(flood.contactsLeft, "contact")} now: new accounts are
            not made, and tags, fields and roles stay as they are until the next webhook or a retry.
          </dd>
        </div>
      </dl>
      <TextField
        label="Why"
        value={reason}
        maxLength={300}
        autoComplete="off"
        hint="Others see it beside the flood and in the log."
        onChange={(event) => setReason(event.target.value)}
      />
      {typed.field}
    </FormDialog>
  );
}
