"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AlertLimit, AlertLimits as Limits } from "#lib/api/alert-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { count } from "../time/durations.ts";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { useAnnounce } from "../ui/live.tsx";
import { fieldFrame, fieldInput } from "../ui/text-field.tsx";
import { limitsQuery, patchLimits } from "./alert-queries.ts";
import { limitWords, readLimit } from "./limit-words.ts";

type Typed = Partial<Record<AlertLimit["name"], string>>;

/** From when on something is an alert: numbers that an owner may change, saved together. */
export function AlertLimits({ initial }: { initial: Limits }) {
  const queries = useQueryClient();
  const { items } = useQuery({ ...limitsQuery(), initialData: initial }).data;
  const [typed, setTyped] = useState<Typed>({});
  const blocked = useBlocked("owner");
  const announce = useAnnounce();
  const read = items.map((limit) => ({
    limit,
    value: readLimit(typed[limit.name] ?? String(limit.value), limit),
  }));
  const changed = read.filter(({ limit, value }) => value !== limit.value);
  const wrong = read.some(({ value }) => value === null);
  const saving = useMutation({
    mutationFn: () =>
      patchLimits(Object.fromEntries(changed.map(({ limit, value }) => [limit.name, value ?? limit.value]))),
    onSuccess: (answer) => {
      queries.setQueryData(limitsQuery().queryKey, answer);
      setTyped({});
      announce("The limits were saved.");
    },
  });
  return (
    <Box
      title="Limits"
      aside={
        changed.length > 0 && (
          <div className="flex gap-2">
            <Button size="small" tone="quiet" onClick={() => setTyped({})}>
              Undo
            </Button>
            <Button
              size="small"
              tone="primary"
              busy={saving.isPending}
              blocked={blocked ?? (wrong ? "One of the limits is out of its range" : null)}
              onClick={() => saving.mutate()}
            >
              Save limits
            </Button>
          </div>
        )
      }
    >
      {saving.error && (
        <p role="alert" className="border-t border-line px-4 py-2.5 text-bad-ink">
          <b>Not saved.</b> {saving.error.message}
        </p>
      )}
      <ul>
        {read.map(({ limit, value }) => (
          <Limit
            key={limit.name}
            limit={limit}
            text={typed[limit.name] ?? String(limit.value)}
            wrong={value === null}
            blocked={blocked}
            onType={(text) => setTyped({ ...typed, [limit.name]: text })}
          />
        ))}
      </ul>
    </Box>
  );
}

function Limit({
  limit,
  text,
  wrong,
  blocked,
  onType,
}: {
  limit: AlertLimit;
  text: string;
  wrong: boolean;
  /** Why it cannot be changed. */
  blocked: string | null;
  onType: (text: string) => void;
}) {
  const { name, standard, least, most } = limit;
  const { title, note, unit } = limitWords[name];
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_190px] items-center gap-x-4 gap-y-2 border-t border-line-soft px-4 py-2.5 first:border-line max-sm:grid-cols-1">
      <span>
        <span className="block font-name">{title}</span>
        <span id={`${name}-note`} className="block text-small text-ink-3">
          {note}
          {limit.value !== standard && ` The default is ${count(standard)}.`}
        </span>
      </span>
      <span>
        <span className={`${fieldFrame} h-8.5 max-sm:h-11 ${wrong ? "border-bad-ink!" : ""}`}>
          <input
            aria-label={`${title}: ${unit}`}
            inputMode="numeric"
            autoComplete="off"
            maxLength={6}
            value={text}
            readOnly={blocked !== null}
            title={blocked ?? undefined}
            aria-invalid={wrong || undefined}
            aria-describedby={wrong ? `${name}-error` : `${name}-note`}
            onChange={(event) => onType(event.target.value)}
            className={`${fieldInput} num`}
          />
          <span className="whitespace-nowrap text-ink-3">{unit}</span>
        </span>
        {wrong && (
          <span id={`${name}-error`} className="mt-1 block text-small text-bad-ink">
            {count(least)} to {count(most)}
          </span>
        )}
      </span>
    </li>
  );
}
