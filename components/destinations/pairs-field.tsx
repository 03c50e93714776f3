"use client";

import { ArrowRight, Plus, X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { fieldFrame, fieldInput } from "../ui/text-field.tsx";

type Line = { id: number; from: string; to: string };

/** Names and what each becomes, a line a pair; a line without a name does not count. */
export function PairsField({
  label,
  hint,
  from,
  to,
  add,
  pairs,
  onChange,
}: {
  label: string;
  hint?: ReactNode;
  /** What stands left and right, for those who cannot see it and as an example: "Role in Rollcall". */
  from: { label: string; example: string };
  to: { label: string; example: string };
  add: string;
  pairs: Record<string, string>;
  onChange: (pairs: Record<string, string>) => void;
}) {
  const id = useId();
  const [lines, setLines] = useState<Line[]>(() =>
    Object.entries(pairs).map(([name, word], index) => ({ id: index, from: name, to: word })),
  );
  const change = (next: Line[]) => {
    setLines(next);
    const named = next.filter((line) => line.from.trim() !== "");
    onChange(Object.fromEntries(named.map((line) => [line.from.trim(), line.to.trim()])));
  };
  const edit = (line: Line, part: Partial<Line>) =>
    change(lines.map((one) => (one.id === line.id ? { ...one, ...part } : one)));
  const input = (line: Line, side: "from" | "to", words: { label: string; example: string }) => (
    <div className={classNames(fieldFrame, "h-9 grow basis-0 max-sm:h-[46px]")}>
      <input
        aria-label={words.label}
        placeholder={words.example}
        value={line[side]}
        onChange={(event) => edit(line, { [side]: event.target.value })}
        autoComplete="off"
        spellCheck={false}
        className={fieldInput}
      />
    </div>
  );
  return (
    <fieldset className="min-w-0" aria-describedby={hint ? `${id}-hint` : undefined}>
      <legend className="mb-[5px] font-name">{label}</legend>
      <div className="grid gap-2">
        {lines.map((line) => (
          <div key={line.id} className="flex items-center gap-2">
            {input(line, "from", from)}
            <ArrowRight size={15} strokeWidth={1.75} aria-hidden className="flex-none text-ink-3" />
            {input(line, "to", to)}
            <Button
              tone="quiet"
              iconOnly
              aria-label={`Remove ${line.from || "this line"}`}
              onClick={() => change(lines.filter((one) => one.id !== line.id))}
              glyph={<X size={15} strokeWidth={1.75} aria-hidden />}
            />
          </div>
        ))}
      </div>
      <Button
        size="small"
        className={lines.length > 0 ? "mt-2" : undefined}
        onClick={() =>
          change([...lines, { id: Math.max(-1, ...lines.map((one) => one.id)) + 1, from: "", to: "" }])
        }
        glyph={<Plus size={14} strokeWidth={1.75} aria-hidden />}
      >
        {add}
      </Button>
      {hint && (
        <p id={`${id}-hint`} className="mt-[5px] text-small text-ink-3">
          {hint}
        </p>
      )}
    </fieldset>
  );
}
