"use client";

import { type ReactNode, useState } from "react";
import { TextField } from "../ui/text-field.tsx";
import { wordsOf } from "./settings-values.ts";

/** Several words in one line, with commas; what is typed stays as it was typed. */
export function WordsField({
  label,
  hint,
  placeholder,
  words,
  onChange,
}: {
  label: ReactNode;
  hint?: ReactNode;
  placeholder?: string;
  words: readonly string[];
  onChange: (words: string[]) => void;
}) {
  const [line, setLine] = useState(words.join(", "));
  return (
    <TextField
      label={label}
      hint={hint}
      placeholder={placeholder}
      value={line}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => {
        setLine(event.target.value);
        onChange(wordsOf(event.target.value));
      }}
    />
  );
}
