"use client";

import { Search, X } from "lucide-react";
import { type KeyboardEvent, type Ref, useId, useState } from "react";
import { classNames } from "./class-names.ts";
import { KeyHint } from "./key-hint.tsx";

export type SearchChip = { id: string; field: string; value: string };
export type Suggestion = { text: string; word: string; note: string };

type SearchFieldProps = {
  label: string;
  placeholder: string;
  chips: readonly SearchChip[];
  onRemove: (id: string) => void;
  /** Reads what was typed; returns what is wrong with it, or null when it was taken. */
  onSubmit: (text: string) => Promise<string | null>;
  suggest: (text: string) => readonly Suggestion[];
  inputRef?: Ref<HTMLInputElement>;
};

/** One field that holds filters as chips: Enter adds, Backspace takes the last one, arrows walk the suggestions. */
export function SearchField({
  label,
  placeholder,
  chips,
  onRemove,
  onSubmit,
  suggest,
  inputRef,
}: SearchFieldProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<{ typed: string; message: string } | null>(null);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const suggestions = open ? suggest(text) : [];
  // What is wrong with a text is no longer said when another one stands there.
  const error = problem?.typed === text ? problem.message : null;

  const submit = async (whole: string) => {
    const typed = text;
    if (whole.trim() === "") return;
    const message = await onSubmit(whole);
    setProblem(message === null ? null : { typed, message });
    // What was typed while it was read stays.
    if (message === null) {
      setText((now) => (now === typed ? "" : now));
      setOpen(false);
    }
    setActive(-1);
  };
  const take = (suggestion: Suggestion) => {
    setActive(-1);
    if (suggestion.text.endsWith(":")) setText(suggestion.text);
    else void submit(suggestion.text);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = suggestions[active];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (suggestions.length === 0) return setOpen(true);
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((active + step + suggestions.length + 1) % (suggestions.length + 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (chosen) take(chosen);
      else void submit(text);
    } else if (event.key === "Backspace" && text === "") {
      const last = chips.at(-1);
      if (last) onRemove(last.id);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (open && suggestions.length > 0) setOpen(false);
      else event.currentTarget.blur();
    }
  };
  return (
    <div className="relative min-w-0 flex-1">
      <div
        className={classNames(
          "flex min-h-[38px] min-w-0 flex-wrap items-center gap-x-2 gap-y-1 rounded-control border border-line-strong bg-raised py-[3px] pr-1.5 pl-2.5 focus-within:border-accent focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent max-sm:min-h-[46px] max-sm:pl-3",
          error && "border-bad-ink!",
        )}
      >
        <Search size={16} strokeWidth={1.75} aria-hidden />
        {chips.map((chip) => (
          <Chip key={chip.id} chip={chip} onRemove={() => onRemove(chip.id)} />
        ))}
        <input
          ref={inputRef}
          role="combobox"
          aria-label={label}
          aria-expanded={suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 && active < suggestions.length ? `${id}-${active}` : undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onClick={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
          className="h-7 min-w-36 flex-1 bg-transparent outline-none max-sm:h-11 max-sm:text-[16px]"
        />
        <KeyHint keys="/" />
      </div>
      <div id={`${id}-list`} role="listbox" aria-label="Suggestions">
        {suggestions.length > 0 && (
          <div
            // A list that scrolls would take the focus on the way to the next control, and is gone then.
            tabIndex={-1}
            className="absolute inset-x-0 top-[calc(100%+4px)] z-20 max-h-72 overflow-y-auto rounded-box border border-line bg-raised p-1 text-fine shadow-2"
          >
            {suggestions.map((suggestion, index) => (
              <div
                key={suggestion.text}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                onPointerDown={(event) => {
                  // Keeps the focus in the field.
                  event.preventDefault();
                  take(suggestion);
                }}
                className="flex min-h-8 cursor-pointer items-center gap-3 rounded-control px-2.5 hover:bg-hover aria-selected:bg-hover max-sm:min-h-11"
              >
                <span className="font-medium">{suggestion.word}</span>
                <span className="cut text-small text-ink-3">{suggestion.note}</span>
              </div>
            ))}
          </div>
        )}
      </div>
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1.5 text-small text-bad-ink">
          {error}
        </p>
      )}
    </div>
  );
}

function Chip({ chip, onRemove }: { chip: SearchChip; onRemove: () => void }) {
  return (
    <span className="inline-flex h-[26px] max-w-full min-w-0 items-center gap-1.5 rounded-[5px] bg-accent-soft pr-0.5 pl-[9px] text-small whitespace-nowrap text-accent max-sm:h-9">
      <span className="cut">
        {chip.field}: <b className="font-[540]">{chip.value}</b>
      </span>
      <button
        type="button"
        aria-label={`Remove filter ${chip.field} ${chip.value}`}
        onClick={onRemove}
        className="grid h-[22px] w-5 place-items-center rounded-chip relative hover:bg-accent-line/50 max-sm:size-9 max-sm:after:absolute max-sm:after:-inset-1 max-sm:after:content-['']"
      >
        <X size={13} strokeWidth={1.75} aria-hidden />
      </button>
    </span>
  );
}
