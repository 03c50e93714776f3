"use client";

import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { classNames } from "./class-names.ts";
import { problemWords } from "./field-problem.ts";

/** The frame around an input: edge, ground and the focus ring. */
export const fieldFrame =
  "flex items-center min-w-0 gap-2 rounded-control border border-line-strong bg-raised px-[11px] focus-within:outline-2 focus-within:outline-accent focus-within:outline-offset-1 focus-within:border-accent";

/** The input inside a frame. */
export const fieldInput = "w-full min-w-0 h-full bg-transparent outline-none max-sm:text-[16px]";

type FieldShellProps = {
  id: string;
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null;
  children: ReactNode;
  optional?: boolean;
};

/** A label above a control, with its hint or its error below. */
export function FieldShell({ id, label, hint, error, optional, children }: FieldShellProps) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-[5px] block font-name">
        {label}
        {optional && <span className="font-normal text-ink-3"> · optional</span>}
      </label>
      {children}
      {error ? (
        <p id={`${id}-error`} className="mt-[5px] text-small text-bad-ink">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-hint`} className="mt-[5px] text-small text-ink-3">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

type TextFieldProps = Omit<ComponentProps<"input">, "size"> & {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null;
  optional?: boolean;
  size?: "normal" | "large";
  after?: ReactNode;
};

/** One line of text with label, hint and error tied to it, also what its form finds wrong. A password can be looked at. */
export function TextField({
  label,
  hint,
  error,
  optional,
  size = "normal",
  after,
  className,
  type,
  ...rest
}: TextFieldProps) {
  const made = useId();
  const id = rest.id ?? made;
  const [shown, setShown] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const wrong = error ?? problem;
  const secret = type === "password";
  return (
    <FieldShell id={id} label={label} hint={hint} error={wrong} optional={optional}>
      <div
        className={classNames(
          fieldFrame,
          size === "large" ? "h-11" : "h-9 max-sm:h-[46px]",
          wrong && "border-bad-ink!",
          className,
        )}
      >
        <input
          {...rest}
          id={id}
          type={secret && shown ? "text" : type}
          onInvalid={(event) => {
            event.preventDefault();
            setProblem(problemWords(event.currentTarget));
          }}
          onInput={(event) => {
            event.currentTarget.setCustomValidity("");
            setProblem(null);
          }}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? `${id}-error` : hint ? `${id}-hint` : undefined}
          className={classNames(fieldInput, size === "large" && "text-[16px]")}
        />
        {secret && (
          <button
            type="button"
            aria-label={shown ? "Hide it" : "Show it"}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="-mr-1.5 grid size-8.5 place-items-center rounded-control text-ink-2 hover:bg-hover hover:text-ink max-sm:size-11"
          >
            {shown ? <EyeOff size={17} strokeWidth={1.75} /> : <Eye size={17} strokeWidth={1.75} />}
          </button>
        )}
        {after}
      </div>
    </FieldShell>
  );
}
